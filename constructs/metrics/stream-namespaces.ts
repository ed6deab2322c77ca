import type { CloudwatchMetricStream } from "@cdktf/provider-aws/lib/cloudwatch-metric-stream/index.js";
import { Construct } from "constructs";
import { render } from "../../lambdas/metric-namespaces/environment";
import { BundledFunction } from "../foundation/bundled-function";
import { FunctionSchedule } from "../foundation/function-schedule";
import { placementOf } from "../foundation/placement";
import { useProvider } from "../foundation/provider";
import type { PolicyStatement } from "../foundation/policy";
import { validate } from "../foundation/validation";
import { FunctionAlarms } from "./function-alarms";
import type { StreamNamespacesProps } from "./stream-namespaces-props";
import { namespacesDefaults, namespacesRules } from "./stream-namespaces-rules";

/** The first run may come before IAM knows the new role everywhere. */
const retries = 2;

/**
 * Keeps the namespaces of a metric stream: a function finds those that are alive and match, behind the deployment and
 * every hour, and updates the stream where they differ. From here on the stream's filters are the function's: Terraform
 * ignores them. A namespace stays as long as it matches, though it may be silent; docs/metrics-namespaces.md.
 */
export class StreamNamespaces extends Construct {
  readonly name: string;
  readonly function: BundledFunction;
  readonly schedule: FunctionSchedule;
  readonly alarms: FunctionAlarms | undefined;

  /** @throws ConstructError with everything that is wrong with the props */
  constructor(scope: Construct, id: string, props: StreamNamespacesProps) {
    super(scope, id);
    useProvider(this, props.provider);
    validate(this, props, namespacesRules);
    this.name = props.name ?? namespacesDefaults.name;
    leaveFiltersAlone(props.stream);
    this.function = this.createFunction(props);
    this.schedule = this.createSchedule(props);
    this.alarms = this.createAlarms(props);
  }

  private createFunction(props: StreamNamespacesProps): BundledFunction {
    return new BundledFunction(this, "function", {
      bundle: "metric-namespaces",
      name: this.name,
      description: "Keeps the namespaces of the metric stream to Logz.io",
      environment: render({
        stream: props.stream.name,
        firehoseArn: props.firehoseArn,
        roleArn: props.roleArn,
        include: props.include,
        exclude: props.exclude ?? [],
        logLevel: props.logLevel ?? namespacesDefaults.logLevel,
      }),
      statements: statements(props),
      memory: props.memory ?? namespacesDefaults.memory,
      timeoutSeconds: props.timeoutSeconds ?? namespacesDefaults.timeoutSeconds,
      logRetentionDays: props.logRetentionDays,
      tags: props.tags,
      ...placementOf(props),
    });
  }

  private createSchedule(props: StreamNamespacesProps): FunctionSchedule {
    return new FunctionSchedule(this, "schedule", {
      function: this.function,
      name: this.name,
      description: "Finds namespaces for the metric stream to Logz.io",
      everyMinutes: props.everyMinutes ?? namespacesDefaults.everyMinutes,
      retries,
      restartOn: [
        { resource: this.function.resource, attribute: "environment" },
        // A stream that was replaced has the namespaces again that it is created with, and one that was updated those
        // of the plan, which may be old.
        { resource: props.stream },
      ],
      dependsOn: [props.stream],
      roleArn: props.schedulerRoleArn,
      roleLike: props.role,
      tags: props.tags,
    });
  }

  private createAlarms(props: StreamNamespacesProps): FunctionAlarms | undefined {
    if (props.alarms === false) return undefined;
    return new FunctionAlarms(this, "alarms", {
      functionName: this.name,
      topicArns: props.alarms?.topicArns,
      everyMinutes: props.everyMinutes ?? namespacesDefaults.everyMinutes,
      timeoutSeconds: props.timeoutSeconds ?? namespacesDefaults.timeoutSeconds,
      retries,
      errorAdvice: "its log says why. The metric stream keeps the namespaces that it has.",
      loss: {
        id: "left-out",
        metric: "NamespacesLeftOut",
        description:
          "The metric stream has no room for all namespaces; the function's log says which it leaves out.",
      },
      tags: props.tags,
    });
  }
}

/** What the function may do: this stream, with this role, and the list of metrics, which AWS cannot restrict. */
function statements({ stream, roleArn }: StreamNamespacesProps): PolicyStatement[] {
  return [
    { Effect: "Allow", Action: ["cloudwatch:ListMetrics"], Resource: ["*"] },
    {
      Effect: "Allow",
      Action: ["cloudwatch:GetMetricStream", "cloudwatch:PutMetricStream"],
      Resource: [stream.arn],
    },
    {
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: [roleArn],
      Condition: { StringEquals: { "iam:PassedToService": "streams.metrics.cloudwatch.amazonaws.com" } },
    },
  ];
}

/**
 * Terraform would take out what the function has put in. Exclude filters that the stream had before are the function's
 * to replace as well: Terraform would take them out, put nothing in their place, and so stream the whole account.
 */
function leaveFiltersAlone(stream: CloudwatchMetricStream): void {
  const ignored = stream.lifecycle?.ignoreChanges ?? [];
  if (ignored === "all") return;
  const filters = ["include_filter", "exclude_filter"];
  stream.lifecycle = { ...stream.lifecycle, ignoreChanges: [...new Set([...ignored, ...filters])] };
}
