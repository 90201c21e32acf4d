/** Decides whether a server that ended by itself is started again. */

export type AfterCrash = "restart" | "give up";

/** Allows `limit` restarts within `windowMs` milliseconds, so that a server that cannot run does not start for ever. */
export class Crashes {
  private times: readonly number[] = [];

  constructor(
    private readonly limit = 4,
    private readonly windowMs = 3 * 60_000,
  ) {}

  /** Note a crash at `now` (milliseconds). */
  record(now: number): AfterCrash {
    this.times = [...this.times.filter((time) => now - time < this.windowMs), now];
    return this.times.length <= this.limit ? "restart" : "give up";
  }

  /** The user started it again: what was before does not count. */
  forget(): void {
    this.times = [];
  }
}
