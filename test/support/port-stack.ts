/** A stack of services that publish ports, and the edits that people make of them. */
import type { Random } from './random.ts';

/** A port that a service asks for: two side by side are its own, of which it may want one or both. */
interface Wish {
  readonly slot: number;
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  /** `first` alone, or either of the two. */
  readonly form: 'single' | 'range';
}

interface PortService {
  readonly name: string;
  readonly containers: 1 | 2;
  readonly wishes: readonly Wish[];
}

/** What a service's containers are to have, all in all. */
export interface WantedPorts {
  readonly service: string;
  readonly containers: number;
  readonly containerPort: string;
  readonly address: string;
  readonly from: readonly number[];
}

/** Ports side by side that the stack takes. */
export const PORTS_TAKEN = 14;
const SLOTS = PORTS_TAKEN / 2;
const ADDRESSES = ['', '127.0.0.1', '127.0.0.2'];

/** Answers with the service's name, on every port of 8001 and 8002, TCP and UDP. */
export const PORT_SERVER = `use IO::Socket::INET;
my $name = shift;
for my $port (8001, 8002) {
  next if fork;
  if (fork) {
    my $server = IO::Socket::INET->new(LocalPort => $port, Listen => 9, ReuseAddr => 1) or die;
    while (my $client = $server->accept) { print $client $name; close $client; }
  } else {
    my $server = IO::Socket::INET->new(LocalPort => $port, Proto => 'udp') or die;
    while ($server->recv(my $text, 99)) { $server->send($name); }
  }
}
sleep 1 while 1;
`;

export class PortStack {
  readonly #random: Random;
  readonly #first: number;
  #services: PortService[];
  #named = 0;

  constructor(random: Random, first: number) {
    this.#random = random;
    this.#first = first;
    const wish = (slot: number): Wish => ({ slot, protocol: 'tcp', address: '', form: 'single' });
    this.#services = [
      { name: 'web', containers: 1, wishes: [wish(0), wish(1)] },
      { name: 'api', containers: 1, wishes: [wish(2)] },
      { name: 'dns', containers: 1, wishes: [{ ...wish(3), protocol: 'udp' }] },
      { name: 'many', containers: 2, wishes: [{ ...wish(4), form: 'range' }] },
    ];
  }

  /** The Compose file. */
  text(): string {
    const services = this.#services.map(({ name, containers, wishes }) => [
      name,
      {
        image: 'onestack/os',
        init: true,
        stop_grace_period: '0s',
        command: ['perl', '/server.pl', name],
        volumes: ['./server.pl:/server.pl:ro'],
        deploy: { replicas: containers },
        ports: wishes.map((wish, index) => this.#written(wish, index)),
      },
    ]);
    return `${JSON.stringify({ services: Object.fromEntries(services) as unknown }, null, 2)}\n`;
  }

  wanted(): readonly WantedPorts[] {
    return this.#services.flatMap(({ name, containers, wishes }) =>
      wishes.map((wish, index) => ({
        service: name,
        containers,
        containerPort: `${String(8001 + index)}/${wish.protocol}`,
        address: wish.address === '' ? '127.0.0.1' : wish.address,
        from: this.#ports(wish),
      })),
    );
  }

  /** @returns what was edited. */
  edit(): string {
    const edits = [this.#swap, this.#swap, this.#move, this.#move, this.#rename, this.#scale];
    const more = [this.#shift, this.#reform, this.#protocol, this.#address, this.#reorder];
    return this.#random.pick([...edits, ...more]).call(this);
  }

  readonly #swap = (): string => {
    const [one, other] = this.#two();
    this.#put(one, { wishes: fitting(other.wishes, one) });
    this.#put(other, { wishes: fitting(one.wishes, other) });
    return `${one.name} and ${other.name} swap`;
  };

  readonly #move = (): string => {
    const [giver, taker] = this.#two();
    const [moved, ...kept] = giver.wishes;
    if (moved === undefined || taker.wishes.length === 2) return this.#swap();
    this.#put(giver, { wishes: kept });
    this.#put(taker, { wishes: fitting([moved, ...taker.wishes], taker) });
    return `a port of ${giver.name} moves to ${taker.name}`;
  };

  readonly #rename = (): string => {
    const one = this.#random.pick(this.#services);
    this.#named += 1;
    const name = `s${String(this.#named)}`;
    this.#put(one, { name });
    return `${one.name} is called ${name}`;
  };

  readonly #scale = (): string => {
    const one = this.#random.pick(this.#services);
    const containers = one.containers === 1 ? 2 : 1;
    this.#put(one, { containers, wishes: fitting(one.wishes, { containers }) });
    return `${one.name} has ${String(containers)} containers`;
  };

  readonly #shift = (): string => {
    const taken = new Set(this.#services.flatMap(({ wishes }) => wishes.map(({ slot }) => slot)));
    const free = Array.from({ length: SLOTS }, (_, slot) => slot).filter((one) => !taken.has(one));
    return this.#first_('another port', () => ({ slot: this.#random.pick(free) }));
  };

  readonly #reform = (): string =>
    this.#first_('another form', ({ form }) => ({ form: form === 'range' ? 'single' : 'range' }));

  readonly #protocol = (): string =>
    this.#first_('another protocol', ({ protocol }) => ({
      protocol: protocol === 'tcp' ? 'udp' : 'tcp',
    }));

  readonly #address = (): string =>
    this.#first_('another address', () => ({ address: this.#random.pick(ADDRESSES) }));

  readonly #reorder = (): string => {
    this.#services = [...this.#services].reverse();
    return 'all in another order';
  };

  /** Changes the first wish of a service that has one. */
  #first_(what: string, change: (wish: Wish) => Partial<Wish>): string {
    const one = this.#random.pick(this.#services.filter(({ wishes }) => wishes.length > 0));
    const [wish, ...others] = one.wishes;
    if (wish === undefined) throw new Error('it has one');
    this.#put(one, { wishes: fitting([{ ...wish, ...change(wish) }, ...others], one) });
    return `${what} for ${one.name}`;
  }

  #two(): readonly [PortService, PortService] {
    const one = this.#random.pick(this.#services);
    return [one, this.#random.pick(this.#services.filter((other) => other !== one))];
  }

  #put(one: PortService, change: Partial<PortService>): void {
    this.#services = this.#services.map((other) =>
      other.name === one.name ? { ...other, ...change } : other,
    );
  }

  #ports({ slot, form }: Wish): readonly number[] {
    const first = this.#first + 2 * slot;
    return form === 'single' ? [first] : [first, first + 1];
  }

  #written(wish: Wish, index: number): string {
    const host = this.#ports(wish).join('-');
    const address = wish.address === '' ? '' : `${wish.address}:`;
    return `${address}${host}:${String(8001 + index)}/${wish.protocol}`;
  }
}

/** Several containers need as many ports. */
function fitting(
  wishes: readonly Wish[],
  { containers }: Pick<PortService, 'containers'>,
): readonly Wish[] {
  return containers === 1 ? wishes : wishes.map((wish) => ({ ...wish, form: 'range' }));
}
