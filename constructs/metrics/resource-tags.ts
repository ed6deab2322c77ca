import { Token } from "cdktf";
import { Construct } from "constructs";
import { chosenNamespaces, render } from "../../lambdas/resource-tags/environment";
import { BundledFunction } from "../foundation/bundled-function";
import { FunctionSchedule } from "../foundation/function-schedule";
import { placementOf } from "../foundation/placement";
import { useProvider } from "../foundation/provider";
import { validate } from "../foundation/validation";
import { metricsListenerUrl } from "../foundation/listener";
import { FunctionAlarms } from "./function-alarms";
import type { ResourceTagsProps } from "./resource-tags-props";
import { tagsDefaults, tagsRules } from "./resource-tags-rules";

/** The next run is as good as a retry. */
const retries = 0;

/**
 * Ships the tags of resources as the metric `aws_resource_info`, one series a resource, which the stream's series are
 * joined with in PromQL; docs/metrics-tags.md. Each series counts in the plan of the metrics account.
 */
export class ResourceTags extends Construct {
  readonly name: string;
  readonly function: BundledFunction;
  readonly schedule: FunctionSchedule;
  readonly alarms: FunctionAlarms | undefined;

  /** @throws ConstructError with everything that is wrong with the props */
  constructor(scope: Construct, id: string, props: ResourceTagsProps) {
    super(scope, id);
    useProvider(this, props.provider);
    validate(this, props, tagsRules);
    this.name = props.name ?? tagsDefaults.name;
    this.function = this.createFunction(props);
    this.schedule = new FunctionSchedule(this, "schedule", {
      function: this.function,
      name: this.name,
      description: "Ships the tags of resources to Logz.io",
      everyMinutes: props.everyMinutes ?? tagsDefaults.everyMinutes,
      retries,
      dependsOn: props.token.dependables,
      roleArn: props.schedulerRoleArn,
      roleLike: props.role,
      tags: props.tags,
    });
    this.alarms = this.createAlarms(props);
  }

  private createFunction(props: ResourceTagsProps): BundledFunction {
    return new BundledFunction(this, "function", {
      bundle: "resource-tags",
      name: this.name,
      description: "Ships the tags of resources to Logz.io as a metric",
      environment: render({
        listener: metricsListenerUrl(props),
        tokenSecretArn: props.token.secretArn,
        namespaces: props.namespaces.filter(isOfUse),
        exclude: (props.exclude ?? []).filter(isOfUse),
        tagKeys: props.tagKeys ?? tagsDefaults.tagKeys,
        p8sLogzioName: props.p8sLogzioName,
        logLevel: props.logLevel ?? tagsDefaults.logLevel,
      }),
      statements: [
        // AWS has no resources for this action. Source: Service Authorization Reference, Resource Group Tagging API.
        { Effect: "Allow", Action: ["tag:GetResources"], Resource: ["*"] },
        ...props.token.readStatements,
      ],
      memory: props.memory,
      timeoutSeconds: props.timeoutSeconds ?? tagsDefaults.timeoutSeconds,
      logRetentionDays: props.logRetentionDays,
      tags: props.tags,
      ...placementOf(props),
    });
  }

  private createAlarms(props: ResourceTagsProps): FunctionAlarms | undefined {
    if (props.alarms === false) return undefined;
    return new FunctionAlarms(this, "alarms", {
      functionName: this.name,
      topicArns: props.alarms?.topicArns,
      everyMinutes: props.everyMinutes ?? tagsDefaults.everyMinutes,
      timeoutSeconds: props.timeoutSeconds ?? tagsDefaults.timeoutSeconds,
      retries,
      errorAdvice: "its log says why. Queries that join metrics with tags find none.",
      loss: {
        id: "refused",
        metric: "SeriesRefused",
        description: "The listener refuses tags of resources; the function's log says which and why.",
      },
      tags: props.tags,
    });
  }
}

/** Whether the function can match it; of the other names a stream may have more than fit into an environment. */
function isOfUse(namespace: string): boolean {
  return (
    Token.isUnresolved(namespace) || chosenNamespaces({ namespaces: [namespace], exclude: [] }).length > 0
  );
}
