/**
 * A flag that one loop waits for and anyone may raise. A raise between two waits is not lost: the next wait returns
 * at once.
 */
export class WakeSignal {
  private raised = false;
  private resume: (() => void) | undefined;

  raise(): void {
    this.raised = true;
    this.resume?.();
  }

  lower(): void {
    this.raised = false;
  }

  /** Returns when raised or after `timeoutMs`. With `ignoreRaised` an earlier raise does not count, a new one does. */
  async wait(timeoutMs: number, options: { readonly ignoreRaised?: boolean } = {}): Promise<void> {
    if (this.raised && options.ignoreRaised !== true) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.resume = undefined;
  }
}
