/** Asks only for the newest state: waits until it rests, one request at a time, stale answers dropped. */

/**
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} ask sends a request for the state as it is now.
 * @param {{restMs: number, onAnswer: (answer: T) => void, onError: (error: Error) => void}} options
 * @returns {{changed: (restMs?: number) => void, hold: () => void, stop: () => void}} `changed` says that the state
 *   is a new one; `hold` that it is about to change; `stop` that no answer is wanted any more.
 */
export function latest(ask, { restMs, onAnswer, onError }) {
  let version = 0;
  let timer = 0;
  let inFlight = null;
  let wanted = false;

  async function run() {
    if (inFlight) return; // it runs again when that one is back
    const asked = version;
    inFlight = new AbortController();
    try {
      const answer = await ask(inFlight.signal);
      if (asked === version) onAnswer(answer);
    } catch (error) {
      if (asked === version && error.name !== "AbortError") onError(error);
    } finally {
      inFlight = null;
      if (asked !== version && wanted) schedule(0);
    }
  }

  function schedule(ms) {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  }

  return {
    changed(ms = restMs) {
      version += 1;
      wanted = true;
      schedule(ms);
    },
    hold() {
      version += 1;
      wanted = false;
      clearTimeout(timer);
    },
    stop() {
      this.hold();
      inFlight?.abort();
    },
  };
}
