/** What the alarms of a scheduled function are timed by, in seconds. */
export interface RunRhythm {
  /** From the beginning of one run to that of the next. */
  readonly everySeconds: number;
  /** The longest that a run may take. */
  readonly timeoutSeconds: number;
}

/** Length of the periods in seconds, how many are looked at, and how many of them must be bad. */
export interface AlarmWindow {
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
}

/** What is to be behind a function before it is called bad, in seconds: a short outage mends itself. */
const patience = 900;
/** Shorter periods would only make more of them, in seconds. */
const shortestPeriod = 300;
/** EventBridge Scheduler invokes within the minute. Source: its user guide, "Schedule types". */
const schedulerSeconds = 60;
/** From a run's end to its data points, in seconds: what CloudWatch and Lambda take, with room. */
const arrivalSeconds = 120;

/**
 * Windows that hold data points of enough runs, however far apart the runs are and however late their points come.
 * CloudWatch's window slides: its periods begin anywhere, not with the runs (user guide, "Alarm evaluation window").
 *
 * All of them keep to the limits of an alarm for every interval to a day: a period is a multiple of a minute, and all
 * together are a day at most, or seven where a period is an hour or more (API reference, "PutMetricAlarm", Period).
 */
export function alarmWindows({ everySeconds, timeoutSeconds }: RunRhythm): {
  readonly errors: AlarmWindow;
  readonly perRun: AlarmWindow;
  readonly notRunning: AlarmWindow;
} {
  const interval = everySeconds + schedulerSeconds;
  const lateness = timeoutSeconds + arrivalSeconds;
  return {
    errors: errorWindow(interval, lateness),
    perRun: perRunWindow(interval + lateness),
    notRunning: { period: minutes(interval + lateness) + 60, evaluationPeriods: 2, datapointsToAlarm: 1 },
  };
}

/**
 * Lambda counts an error at the time at which its run began, and tells it when the run is over: those that have come
 * are some periods back.
 */
function errorWindow(interval: number, lateness: number): AlarmWindow {
  const period = Math.max(shortestPeriod, minutes(interval));
  const datapointsToAlarm = Math.ceil(patience / period);
  return {
    period,
    evaluationPeriods: datapointsToAlarm + Math.ceil(lateness / period),
    datapointsToAlarm,
  };
}

/** For what each run says at its end: no period is without a run that has ended. */
function perRunWindow(longestSilence: number): AlarmWindow {
  const period = Math.max(shortestPeriod, minutes(longestSilence));
  const periods = Math.ceil(patience / period);
  return { period, evaluationPeriods: periods, datapointsToAlarm: periods };
}

/** Rounded up to whole minutes, in seconds. */
function minutes(seconds: number): number {
  return Math.ceil(seconds / 60) * 60;
}
