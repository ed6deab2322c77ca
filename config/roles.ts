import type { IConstruct } from "constructs";
import { iamPath, permissionsBoundaryArn } from "../constructs/foundation/iam-rules";
import { below, type Problem, type Rule } from "../constructs/foundation/validation";
import type { Config } from "./schema";

type RoleSettings = NonNullable<Config["aws"]["roles"]>;

const rules: Readonly<Record<keyof RoleSettings, Rule<string>>> = { path: iamPath, permissionsBoundaryArn };

/** What is wrong with what the file says of all roles. */
export function rolesProblems(settings: RoleSettings, construct: IConstruct): Problem[] {
  return (Object.keys(rules) as (keyof RoleSettings)[]).flatMap((key) => {
    const value = settings[key];
    const problems = value === undefined ? [] : rules[key](value, construct);
    return problems.map((problem) => below(`aws.roles.${key}`, problem));
  });
}

/**
 * The configuration with what it says of all roles in each block that makes some. A setting that is refused is not
 * repeated in them, so that it is named once.
 */
export function withCommonRoles(config: Config, construct: IConstruct): Config {
  const { hook, fetcher, access, metrics } = config;
  const common = validSettings(config.aws.roles ?? {}, construct);
  if (Object.keys(common).length === 0) return config;
  const functionRole = <Role extends { readonly arn?: string | undefined }>(role: Role | undefined) =>
    role?.arn === undefined ? { ...common, ...role } : role;
  return {
    ...config,
    hook: hook && { ...hook, role: functionRole(hook.role) },
    fetcher: fetcher && { ...fetcher, role: functionRole(fetcher.role) },
    metrics: metrics && { ...metrics, role: { ...common, ...metrics.role } },
    access:
      access &&
      (access.user === undefined
        ? { ...access, role: { ...common, ...access.role } }
        : { ...access, user: { ...common, ...access.user } }),
  };
}

function validSettings(settings: RoleSettings, construct: IConstruct): RoleSettings {
  const valid = (key: keyof RoleSettings): boolean => {
    const value = settings[key];
    return value !== undefined && rules[key](value, construct).length === 0;
  };
  return Object.fromEntries(
    (Object.keys(rules) as (keyof RoleSettings)[]).filter(valid).map((key) => [key, settings[key]]),
  );
}
