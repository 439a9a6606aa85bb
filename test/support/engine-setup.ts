/** Makes sure that the tool is built and that a real engine answers before the first engine test. */
export default function setup(): void {
  // Filled in by the host bootstrap.
}
