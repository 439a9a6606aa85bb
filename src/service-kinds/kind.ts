/** One port that a service listens on by default, and what is spoken there. */
export interface KindPort {
  readonly port: number;
  /** Scheme of its address: `postgresql`, `http`. */
  readonly scheme: string;
}

/** How it is asked whether it works. */
export type KindProbe =
  /** A client of ours logs in and asks. */
  | { readonly login: 'postgres' | 'redis' }
  /**
   * A few bytes, and what the answer to them begins with: both with one character a byte. Without
   * `says` the service speaks first. Needs no password.
   */
  | { readonly says?: string; readonly answer: RegExp }
  /** A path that answers below 400 without a password. */
  | { readonly path: string };

/** Variables of its image, the first that is set counts. */
export interface KindAccount {
  readonly user: readonly string[];
  /** Who it is when no variable says so. */
  readonly defaultUser?: string;
  readonly database: readonly string[];
  /** Of a password in plain sight; one in a file is found by its secret. */
  readonly password: readonly string[];
}

/**
 * How a database of this kind is saved and loaded by its own programs: shell text that runs in its
 * container, where the credentials are. A dump is loaded beside the data, under the name `$1`, and then
 * takes its place.
 */
export interface KindDump {
  /** As people know it. */
  readonly tool: string;
  /** How a dump is read while it goes by. */
  readonly contents: 'postgres' | 'mysql' | 'redis' | 'mongodb';
  /** Name of a dump's file, before it is packed. */
  readonly file: string;
  /** What is counted, one of each: tables that have rows, keys alone. */
  readonly counts: readonly [part: string | undefined, item: string];
  /** Counts that may be less after a while, as things in it end by themselves. */
  readonly fading?: readonly string[];
  /** What is loaded as it is. */
  readonly formats: readonly string[];
  /** Makes what can be loaded of other formats. */
  readonly unpack?: { readonly formats: readonly string[]; readonly script: string };
  /** Writes the data to stdout. */
  readonly dump: string;
  /** Prints what `count` prints, of a dump on stdin: where that cannot be seen as it goes by. */
  readonly inspect?: string;
  /** Prints the roles or accounts that there are, a JSON string a line. */
  readonly accounts?: string;
  /** Makes `$1`, empty; removes what an earlier one that was killed has left. */
  readonly prepare: string;
  /** Reads a dump into `$1`; `$2` is a word that nobody knows. */
  readonly load: string;
  /** Prints what is in `$1`: `["public.orders", 12]` a line. */
  readonly count: string;
  /** `$1` becomes the data, in one moment; what it was is called `$2`. Ends with 75 where that is so, but not all. */
  readonly swap: string;
  /** Removes what `prepare` and `swap` have left. */
  readonly clear: string;
}

/**
 * All that is known of one kind of database, queue or other ready service, whoever made its image.
 * How ours is run stands in `compose/services/NAME.yaml`, and of what in `base-images/NAME`.
 */
export interface ServiceKind {
  /** Also its probe's address, and the catalogue's name for it. */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  /** Words of an image's name that give it away: `postgis` of `postgis/postgis:16`. */
  readonly images: readonly string[];
  /** Beginnings of variables that only images of this kind are told. */
  readonly variables: readonly string[];
  /** The one that clients use comes first. */
  readonly ports: readonly [KindPort, ...KindPort[]];
  readonly probe: KindProbe;
  readonly account?: KindAccount;
  /**
   * Shell text that opens its console inside the container. Credentials are taken there from its own
   * environment and secret files: they never leave it, and stand on no command line.
   */
  readonly console?: string;
  /** Shell text that prints the version of its server's program, somewhere in a line. */
  readonly version?: string;
  readonly dump?: KindDump;
  /** The command of the tools container that takes the service's name. */
  readonly client?: string;
}
