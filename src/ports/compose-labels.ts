/**
 * What Compose writes on everything that it makes, and goes by when it is asked for a project: the
 * only place that knows these names.
 */
export const COMPOSE_LABELS = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  /** On a volume: what the file calls it. */
  volume: 'com.docker.compose.volume',
  /** On a network: what the file calls it. */
  network: 'com.docker.compose.network',
  /** `True` on a container of `run`. */
  oneOff: 'com.docker.compose.oneoff',
  /** Counts from 1 within a service. */
  number: 'com.docker.compose.container-number',
  /** On the interim container of a recreate: the name of the one that it replaces. */
  replace: 'com.docker.compose.replace',
  /** Of the project's files, comma-separated absolute paths. */
  configFiles: 'com.docker.compose.project.config_files',
} as const;

/** The project that a network, volume or container is of; undefined where nobody says. */
export const ownerOf = (labels: Readonly<Record<string, string>>): string | undefined =>
  labels[COMPOSE_LABELS.project];
