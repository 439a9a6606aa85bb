/** Thrown by whoever reads a container's log where its logging driver keeps nothing to read. */
export class UnkeptLog extends Error {
  constructor(driver: string) {
    super(`nothing of what it prints is kept (logging: driver: ${driver})`);
  }
}
