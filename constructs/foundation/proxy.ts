import type { IConstruct } from "constructs";
import { AwsContext } from "./aws-context";
import { block, eachText, show, text, type Problem, type Rule, type Rules } from "./validation";

/** An HTTP proxy that a function reaches the internet through. */
export interface ProxyProps {
  /** Such as `http://proxy.example.com:3128`: scheme, host and port, without user and password. */
  readonly url: string;
  /**
   * Hosts that are reached without it: names, or ends of names with a leading dot. An empty list sends the calls of AWS
   * through it as well.
   * @default AWS's own hosts (`.amazonaws.com`, `.api.aws`), for which there are VPC endpoints
   */
  readonly except?: readonly string[];
}

const example = "http://proxy.example.com:3128";

const url: Rule<string> = (given) => {
  // It may hold a password, so it is not repeated.
  if (/[@?#]/.test(given))
    return [
      `holds more than scheme, host and port; write ${example}. A function's environment can be read by whoever may ` +
        "look at the function: have the proxy admit the function's subnets or security group in place of a password",
    ];
  const parsed = URL.canParse(given) ? new URL(given) : undefined;
  const isProxy = parsed !== undefined && /^https?:$/.test(parsed.protocol) && parsed.pathname === "/";
  return isProxy ? [] : [`is ${show(given)}; write scheme, host and port, such as ${example}`];
};

const host: Rule<string> = (name) =>
  /^\.?[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(name)
    ? []
    : [`is ${show(name)}; write a host's name, or the end of names such as .example.com`];

const rules: Rules<ProxyProps> = {
  props: { url: text(url), except: eachText(host) },
  known: ["except"],
  together: [
    (props: Partial<ProxyProps>): Problem[] =>
      props.url === undefined ? [{ path: "url", text: `is missing; write ${example}` }] : [],
  ],
};

export const proxy: Rule<ProxyProps> = block(rules, `{ url: "${example}" }`);

/** The variables by which the function's code knows the proxy. */
export function proxyVariables(scope: IConstruct, given: ProxyProps | undefined): Record<string, string> {
  if (given === undefined) return {};
  const except = given.except ?? [`.${AwsContext.of(scope).domain}`, ".api.aws"];
  return { HTTPS_PROXY: given.url, NO_PROXY: except.join(",") };
}
