import { chooseEngine } from '../../src/adapters/engine/choose.ts';
import { pointedAt } from '../../src/adapters/engine/failure.ts';
import type { EnsureEngineWorld } from '../../src/app/machine/ensure-engine.ts';
import type { RootImageWorld } from '../../src/app/machine/ensure-root-image.ts';
import type { Failure } from '../../src/events/failure.ts';
import type { ProgressEvent } from '../../src/events/progress.ts';
import type { Engine } from '../../src/ports/engine.ts';
import type { Host } from '../../src/ports/host.ts';
import type { Registry } from '../../src/ports/registry.ts';
import type { World } from '../../src/ports/world.ts';
import type { Finished, RunOptions } from '../../src/ports/processes.ts';
import { fail, ok } from '../../src/util/result.ts';
import { MemoryFiles } from './memory-files.ts';
import { partly } from './partly.ts';

const OS_RELEASE = {
  debian12:
    'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
  debian13:
    'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n',
  ubuntu2404:
    'ID=ubuntu\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\nPRETTY_NAME="Ubuntu 24.04 LTS"\n',
  fedora: 'ID=fedora\nVERSION_ID=42\nPRETTY_NAME="Fedora Linux 42"\n',
} as const;

const SOURCES = {
  debian12: 'deb http://mirror.example/debian bookworm main\n',
  debian13: 'deb http://mirror.example/debian trixie main\n',
  ubuntu2404: 'deb http://mirror.example/ubuntu noble main universe\n',
  fedora: '',
} as const;

export interface MachineOptions {
  readonly release?: keyof typeof OS_RELEASE;
  readonly account?: 'root' | 'sudo' | 'sudo-password' | 'plain';
  /** The engine's packages are there. */
  readonly installed?: boolean;
  readonly running?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the person answers; without it there is no terminal. */
  readonly answer?: boolean;
  readonly systemd?: boolean;
}

const DAEMON_PID = 4242;
type EngineChosen = ReturnType<typeof chooseEngine>;
/** As the engine's client fails, before it is said who points there. */
const SILENT: Failure = {
  reason: 'no-engine',
  what: 'no Docker engine answers',
  why: 'ECONNREFUSED',
};
const NOTHING: Finished = { status: 0, stdout: '', stderr: '' };

/**
 * A machine that behaves like a real one as far as getting an engine goes: apt installs programs, a
 * started daemon answers and leaves a pid file, sudo lets in whom it knows. Records what was run.
 */
export class FakeMachine {
  readonly files = new MemoryFiles();
  /** Every argument array, in order, without those that only look. */
  readonly changes: (readonly string[])[] = [];
  readonly events: ProgressEvent[] = [];
  readonly asked: string[] = [];
  readonly written: string[] = [];
  running = false;
  /** Whether Docker's registry can be asked from here. */
  registryAnswers = false;
  readonly images = new Set<string>();
  /** Makes a program fail: by its name, with this outcome, so many times. */
  readonly failures = new Map<string, { outcome: Finished; times: number }>();
  readonly #options: MachineOptions;
  #nowMs = 1_000_000;

  constructor(options: MachineOptions = {}) {
    this.#options = options;
    const release = options.release ?? 'debian12';
    this.files.put('/etc/os-release', OS_RELEASE[release]);
    if (release !== 'fedora') {
      this.files.put('/usr/bin/apt-get', '', 0o755);
      this.files.put('/etc/apt/sources.list', SOURCES[release]);
    }
    this.files.put('/proc/self/status', 'Groups:\t1000\n');
    this.files.put('/etc/group', 'root:x:0:\n');
    this.files.put('/sys/fs/cgroup/cgroup.controllers', 'cpu memory\n');
    if (options.systemd === true) this.files.put('/run/systemd/system/x', '');
    if (options.installed === true) this.#install();
    if (options.running === true) this.start();
  }

  start(): void {
    this.running = true;
    this.files.put('/var/run/docker.sock', '');
    this.files.put('/var/run/docker.pid', String(DAEMON_PID));
    this.files.put(`/proc/${DAEMON_PID}/stat`, `${DAEMON_PID} (dockerd) S 1`);
  }

  /** As after `kill -9`: socket and pid files stay. */
  kill(): void {
    this.running = false;
    this.files.remove(`/proc/${DAEMON_PID}`);
  }

  world(): EnsureEngineWorld & RootImageWorld & Pick<World, 'registry'> {
    const { account = 'root', answer, environment = {} } = this.#options;
    const host: Host = {
      platform: 'linux',
      cores: 2,
      uid: account === 'root' ? 0 : 1000,
      gid: 1000,
      user: account === 'root' ? 'root' : 'ann',
      home: '/home/ann',
      workingDirectory: '/',
      toolDirectory: '/tool',
      toolVersion: '1.0.0',
      nodeVersion: '20.19.0',
      nodePath: '/usr/bin/node',
      pid: 1,
      libc: () => 'glibc',
      environment: { PATH: '/usr/bin:/bin', ...environment },
    };
    const output = {
      isTty: false,
      color: false,
      columns: () => 80,
      writeRaw: () => undefined,
      perform: () => undefined,
      drained: () => Promise.resolve(),
    };
    const engineChoice = (): EngineChosen =>
      chooseEngine({
        environment: host.environment,
        home: host.home,
        read: (path) => {
          const text = this.files.read(path);
          return text.ok ? text.value : undefined;
        },
        list: (path) => this.files.list(path),
        folderOf: (context) => context,
      });
    return {
      host,
      engineChoice,
      files: this.files,
      clock: {
        now: () => this.#nowMs,
        steady: () => this.#nowMs,
        sleep: (ms, signal) => {
          // Only what waits for the machine moves the time; a watchdog must not.
          if (signal === undefined) this.#nowMs += ms;
          return signal === undefined ? Promise.resolve() : new Promise(() => undefined);
        },
      },
      processes: {
        run: (argv, options) => Promise.resolve(this.#run(argv, options)),
        interactive: (argv) => {
          this.changes.push(argv);
          return Promise.resolve(0);
        },
      },
      terminal: {
        stdout: { ...output, write: () => undefined },
        stderr: { ...output, write: (text) => void this.written.push(text) },
        interactive: answer !== undefined,
        prompts: {
          confirm: (question) => {
            this.asked.push(question);
            return Promise.resolve(ok(answer === true));
          },
          select: () => Promise.reject(new Error('nothing to select')),
          search: () => Promise.reject(new Error('nothing to search')),
          text: () => Promise.reject(new Error('nothing to write')),
        },
      },
      locks: {
        acquire: () => Promise.resolve(ok({ release: () => Promise.resolve() })),
        isHeld: () => Promise.resolve(false),
      },
      engine: () => Promise.resolve(this.#engine(engineChoice())),
      registry: () => Promise.resolve(partly<Registry>({ manifest: () => this.#manifest() })),
    };
  }

  #engine(choice: EngineChosen): Engine {
    return partly<Engine>({
      version: () =>
        Promise.resolve(
          this.running && this.#mayUseSocket()
            ? ok({ product: 'docker', isRootless: false, version: '26.1.5', apiVersion: '1.45' })
            : fail(pointedAt(SILENT, choice)),
        ),
      imageId: (reference) =>
        Promise.resolve(ok(this.images.has(reference) ? 'sha256:1' : undefined)),
    });
  }

  #manifest(): ReturnType<Registry['manifest']> {
    const none = { reason: 'host', what: 'no registry', why: 'no such host' } as const;
    const manifest = { mediaType: '', digest: 'sha256:1', text: '{}' };
    return Promise.resolve(this.registryAnswers ? ok(manifest) : fail(none));
  }

  #mayUseSocket(): boolean {
    return (
      (this.#options.account ?? 'root') === 'root' ||
      this.changes.some((argv) => argv.includes('setfacl'))
    );
  }

  #run(argv: readonly string[], options: RunOptions = {}): Finished {
    const [program = '', ...args] = argv;
    const name = program.split('/').at(-1) ?? '';
    if (name === 'sudo') return this.#sudo(args, options);
    const scripted = this.failures.get(name);
    if (scripted !== undefined && scripted.times > 0) {
      scripted.times -= 1;
      this.changes.push(argv);
      for (const line of scripted.outcome.stderr.split('\n')) options.onLine?.(line, 'stderr');
      return scripted.outcome;
    }
    if (name === 'docker' && args[0] !== 'import' && args[0] !== 'pull') return this.#docker(args);
    if (name === 'test') return { ...NOTHING, status: this.#mayUseSocket() ? 0 : 1 };
    if (name === 'df') {
      return { ...NOTHING, stdout: 'Filesystem 1024-blocks Used Available\n/ 9 1 90000000 1% /\n' };
    }
    if (name === 'apt-config' || name === 'getent') return NOTHING;
    this.changes.push(argv);
    this.#take(name, args, options);
    return NOTHING;
  }

  #take(name: string, args: readonly string[], options: RunOptions): void {
    if (name === 'tee') this.files.put(args[0] ?? '', options.input ?? '');
    if (name === 'rm') this.files.remove(args.at(-1) ?? '');
    if (args.includes('install') && args.includes('docker.io')) this.#install();
    if (name === 'env' && args.includes('debootstrap')) this.#addPackage('debootstrap');
    if (name === 'start-stop-daemon' || (name === 'systemctl' && args[0] === 'start')) this.start();
    if (name === 'docker' && args[0] === 'import') this.images.add(args.at(-1) ?? '');
    if (name === 'docker' && args[0] === 'pull') this.images.add(args.at(-1) ?? '');
  }

  #sudo(args: readonly string[], options: RunOptions): Finished {
    const { account = 'root' } = this.#options;
    if (account === 'plain') return { status: 127, stdout: '', stderr: 'spawn sudo ENOENT' };
    const wantsPassword =
      account === 'sudo-password' && !this.changes.some((argv) => argv.join(' ') === 'sudo -v');
    if (wantsPassword) return { status: 1, stdout: '', stderr: 'sudo: a password is required' };
    if (args.at(-1) === 'true') return NOTHING;
    return this.#run(args.slice(args.indexOf('--') + 1), options);
  }

  #docker(args: readonly string[]): Finished {
    if (args[0] === '--version') return { ...NOTHING, stdout: 'Docker version 26.1.5\n' };
    if (args[0] === 'compose') return { ...NOTHING, stdout: '2.26.1\n' };
    if (args[0] === 'buildx') return { ...NOTHING, stdout: 'github.com/docker/buildx 0.13.1 x\n' };
    return this.running ? { ...NOTHING, stdout: '26.1.5\n' } : { ...NOTHING, status: 1 };
  }

  #install(): void {
    this.files.put('/usr/bin/docker', '', 0o755);
    this.files.put('/usr/sbin/dockerd', '', 0o755);
    this.files.put('/etc/group', 'root:x:0:\ndocker:x:999:\n');
    this.#addPackage('docker.io');
  }

  #addPackage(name: string): void {
    const status = this.files.read('/var/lib/dpkg/status');
    const before = status.ok ? (status.value ?? '') : '';
    this.files.put(
      '/var/lib/dpkg/status',
      `${before}Package: ${name}\nStatus: install ok installed\n\n`,
    );
  }
}
