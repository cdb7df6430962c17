/** Lets the charts tell where the crosshair is, without drawing the page again. */
export class CursorPosition {
  private x: number | null = null;
  private readonly listeners = new Set<(x: number | null) => void>();

  readonly tell = (x: number | null): void => {
    if (x === this.x) return;
    this.x = x;
    for (const listener of this.listeners) listener(x);
  };

  listen(listener: (x: number | null) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
