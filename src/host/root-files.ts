/**
 * What makes a Debian root file system one for containers, as the `debian:*-slim` images have it:
 * no caches, no documentation, no services started by packages. Paths are relative to the root.
 */
export const SLIM_FILES: readonly {
  readonly path: string;
  readonly text: string;
  readonly executable?: boolean;
}[] = [
  {
    path: 'etc/apt/apt.conf.d/docker-clean',
    text: `# No package file and no binary cache stays in a layer.
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`,
  },
  {
    path: 'etc/apt/apt.conf.d/docker-no-languages',
    text: '# Nobody reads translated package descriptions in a container.\nAcquire::Languages "none";\n',
  },
  {
    path: 'etc/apt/apt.conf.d/docker-gzip-indexes',
    text: '# Package lists stay compressed on the disk.\nAcquire::GzipIndexes "true";\n',
  },
  {
    path: 'etc/apt/apt.conf.d/docker-autoremove-suggests',
    text: '# What is only suggested goes with autoremove.\nApt::AutoRemove::SuggestsImportant "false";\n',
  },
  {
    path: 'etc/dpkg/dpkg.cfg.d/docker-apt-speedup',
    text: '# An image build that is cut off starts anew: no need to sync each file.\nforce-unsafe-io\n',
  },
  {
    path: 'etc/dpkg/dpkg.cfg.d/docker',
    text: `# No documentation and no translations in containers; licences stay.
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/groff/*
path-exclude /usr/share/info/*
path-exclude /usr/share/linda/*
path-exclude /usr/share/lintian/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
`,
  },
  {
    path: 'usr/sbin/policy-rc.d',
    text: '#!/bin/sh\n# Packages must not start services during an image build.\nexit 101\n',
    executable: true,
  },
];

/** Folders whose files the slim image has not; licences stay. */
export const SLIM_FOLDERS: readonly string[] = [
  'usr/share/doc',
  'usr/share/groff',
  'usr/share/info',
  'usr/share/linda',
  'usr/share/lintian',
  'usr/share/locale',
  'usr/share/man',
];

/** What the making leaves behind: caches, logs, and the names of the machine it was made on. */
export const LEFTOVERS: readonly string[] = [
  'etc/hostname',
  'etc/resolv.conf',
  'etc/machine-id',
  'var/cache/apt',
  'var/cache/ldconfig',
  'var/lib/apt/lists',
  'etc/group-',
  'etc/gshadow-',
  'etc/passwd-',
  'etc/shadow-',
  'etc/subgid-',
  'etc/subuid-',
  'var/lib/dpkg/status-old',
  'var/cache/debconf/config.dat-old',
  'var/cache/debconf/templates.dat-old',
  'var/log',
  'run',
  'tmp',
];
