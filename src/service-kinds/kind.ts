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
 * container, where the credentials are. A dump is SQL; it is loaded into a database beside, whose name
 * is `$1`, and that one takes the other's place.
 */
export interface KindDump {
  /** As people know it. */
  readonly tool: string;
  /** Writes the database to stdout. */
  readonly dump: string;
  /** Prints the roles that there are, a JSON string a line. */
  readonly roles: string;
  /** Makes the database `$1`, empty; removes what an earlier one that was killed has left. */
  readonly prepare: string;
  /** Reads SQL into `$1`; `$2` is a word that nobody knows. */
  readonly load: string;
  /** Makes SQL of an archive. */
  readonly unpack: string;
  readonly unpackFormats: readonly string[];
  /** Prints each table of `$1` with its rows: `["public.orders", 12]` a line. */
  readonly count: string;
  /** `$1` becomes the database, in one moment; what it was is called `$2`. */
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
