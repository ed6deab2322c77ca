import type { ListenerToken } from "../foundation/listener-token";
import type { ListenerProps } from "../foundation/listener";
import type { ScheduledFunctionProps } from "./scheduled-function";

/** Either `region` or `listener` says where the tags go: the listener for metrics, such as `https://listener.logz.io:8053`. */
export interface ResourceTagsProps extends ListenerProps, ScheduledFunctionProps {
  /** The *metrics* token: another one than the log shipping token. */
  readonly token: ListenerToken;
  /**
   * Namespaces of the metric stream: names, and patterns in which `*` stands for any characters. Those that have
   * resources with tags are in docs/metrics-tags.md; the others are passed over.
   */
  readonly namespaces: readonly string[];
  /** Names and patterns to leave out of what the patterns of `namespaces` match. @default none */
  readonly exclude?: readonly string[];
  /** The label `p8s_logzio_name`, as the metric stream sends it. */
  readonly p8sLogzioName: string;
  /**
   * Keys of the tags that become labels, and patterns with `*`. A resource gets at most 20 of them, by their names,
   * those of AWS (`aws:…`) last.
   * @default ["*"]
   */
  readonly tagKeys?: readonly string[];
  /**
   * Name of the function; its role, schedule and alarms are named after it. Letters, digits, hyphens, underscores, at
   * most 40 of them.
   * @default "logzio-resource-tags"
   */
  readonly name?: string;
  /** How often the tags are sent, in minutes, 1 to 4: after 5 minutes without a sample Prometheus takes a series for ended. @default 4 */
  readonly everyMinutes?: number;
  /** How long one run may take, in seconds, 30 to 240. @default 120 */
  readonly timeoutSeconds?: number;
  /** Memory of the function in MB, 128 to 10,240. @default 512 */
  readonly memory?: number;
}
