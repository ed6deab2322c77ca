import { wrap } from "../check/wrap";
import type { Output } from "../program/output";
import { printable, type Style } from "../terminal/terminal";
import type { PreflightReport } from "./report";
import type { TriggerVerdict } from "./triggers";
import { describeRule } from "./notifications";

const words: Readonly<Record<TriggerVerdict["outcome"], { readonly text: string; readonly style: Style }>> = {
  fits: { text: "fits", style: "green" },
  overwrites: { text: "overwrites what is there", style: "red" },
  needs: { text: "needs something first", style: "cyan" },
  impossible: { text: "not possible", style: "red" },
  unknown: { text: "not known", style: "cyan" },
};

/** The report for people. */
export function preflightLines(report: PreflightReport, output: Output): void {
  const { columns } = output.terminal;
  const say = (text: string, indent: string, bullet = ""): void =>
    output.line(wrap(printable(text), columns, indent, bullet));
  output.line(output.paint("bold", printable(`${report.bucket}/${report.prefix}*${report.suffix}`)));
  for (const text of factsOf(report)) say(text, "  ");
  for (const text of report.unread) say(text, "  ", "? ");
  for (const { trigger, outcome, texts, overwritten, yaml } of report.triggers) {
    const { text, style } = words[outcome];
    output.line();
    output.line(`${output.paint("bold", `trigger: ${trigger}`)}  ${output.paint(style, text)}`);
    for (const one of texts) say(one, "  ");
    for (const lost of overwritten) say(lost, "  ", "- ");
    if (yaml === null) continue;
    output.line();
    // To be pasted: not wrapped.
    for (const line of yaml.split("\n")) output.line(`    ${printable(line)}`);
  }
}

function factsOf({ region, sameAccount, kmsKeyArn, notifications, policy }: PreflightReport): string[] {
  const owner = sameAccount === null ? "" : sameAccount ? ", in your account" : ", in another account";
  const rules = (notifications?.rules ?? []).map((rule) => `notifies ${describeRule(rule)}`);
  return [
    `in ${region ?? "an unknown region"}${owner}`,
    kmsKeyArn === null
      ? "no customer key encrypts new objects, as far as is known"
      : `encrypted with ${kmsKeyArn}`,
    ...(notifications === null ? [] : [`${notifications.eventBridge ? "on" : "off"} for EventBridge`]),
    ...(notifications !== null && rules.length === 0 ? ["notifies no queue, topic or function"] : rules),
    policy.reason === undefined ? policy.text : `${policy.text}: not proven, since ${policy.reason}`,
  ];
}
