/**
 * Runs one task at a time. Requests that come while it runs are answered by one further run, which begins when the
 * present one is over: so whoever asks gets a run that began after the asking, and no two ever overlap.
 */
export class Latest {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly task: () => Promise<void>) {}

  request(): Promise<void> {
    if (this.next === undefined) {
      if (this.running === undefined) {
        return this.begin();
      }
      const begin = (): Promise<void> => this.begin();
      this.next = this.running.then(begin, begin);
    }
    return this.next;
  }

  private begin(): Promise<void> {
    this.next = undefined;
    const run = this.task().finally(() => {
      if (this.running === run) {
        this.running = undefined;
      }
    });
    this.running = run;
    return run;
  }
}
