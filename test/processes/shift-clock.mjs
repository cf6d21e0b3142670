// Sets the clock of a process wrong, by as many milliseconds as CLOCK_SHIFT_MS says.
const shiftMs = Number(process.env.CLOCK_SHIFT_MS);
const nowMs = Date.now;
const now = () => nowMs() + shiftMs;

globalThis.Date = new Proxy(Date, {
  construct: (date, values, target) => Reflect.construct(date, values.length === 0 ? [now()] : values, target),
  apply: (date) => new date(now()).toString(),
  get: (date, name, receiver) => (name === 'now' ? now : Reflect.get(date, name, receiver)),
});
