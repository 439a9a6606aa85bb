/** Whether ports of this machine can be taken. */
export interface PortProbe {
  /**
   * True when nobody listens on a TCP or UDP port of an address (`0.0.0.0` and `::` mean all of
   * them), and no system around this one keeps it for itself. A port that this user may not open
   * counts as free: the engine opens it, as root.
   */
  isFree(address: string, port: number, protocol: 'tcp' | 'udp' | 'sctp'): Promise<boolean>;
  /** The process that has a port; undefined where the system does not tell, or it is another person's. */
  owner(
    port: number,
    protocol: 'tcp' | 'udp' | 'sctp',
  ): Promise<{ readonly name: string; readonly pid: number } | undefined>;
  /** Who keeps a port for itself without listening there, in words: Windows around its Linux. */
  reserver(port: number, protocol: 'tcp' | 'udp' | 'sctp'): Promise<string | undefined>;
}
