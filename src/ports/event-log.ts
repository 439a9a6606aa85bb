/** The session's event log on the disk, bounded by rotation. */
export interface EventLog {
  /** Appends one line. What cannot be written (full disk) is dropped, and said once. */
  append(line: string): void;
  close(): void;
}
