/** Raised when a message changes so that an older client or session would misread it. */
export const PROTOCOL_VERSION = 1;
/** Of what a client sends. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;
/** Of what the session sends: the state of many modules whose checks all fail is large. */
export const MAX_SNAPSHOT_BYTES = 64 * 1024 * 1024;
export const MAX_CLIENT_BACKLOG_BYTES = 4 * 1024 * 1024;
/** A client whose backlog was full for so long, and that has read nothing since, is given up. */
export const CLIENT_STALL_MS = 10_000;
