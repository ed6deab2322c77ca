import { CloudwatchMetricStream } from "@cdktf/provider-aws/lib/cloudwatch-metric-stream/index.js";
import { KinesisFirehoseDeliveryStream } from "@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream/index.js";
import { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { show, type Problem } from "../foundation/validation";
import { namespaceFilters } from "./filter-rules";
import { normalized, splitFilters } from "./metric-filters";
import type { MetricStreamProps } from "./metric-stream-props";
import { metricStreamDefaults } from "./metric-stream-defaults";
import { streamNames } from "./names";

/**
 * CloudWatch refuses no metric stream whose name is taken: PutMetricStream writes over it, and each deployment takes the
 * one from the other.
 */
export function nameIsFree(props: MetricStreamProps, construct: IConstruct): Problem[] {
  const { name = metricStreamDefaults.name } = props;
  const wanted = Array.from({ length: streamCount(props, construct) }, (_, index) =>
    streamNames.stream(name, index),
  );
  const taken = TerraformStack.of(construct)
    .node.findAll()
    .find((other) => wanted.includes(nameOf(other) ?? ""));
  if (taken === undefined) return [];
  const found = nameOf(taken) ?? "";
  const what = found === name ? `is ${show(name)}` : `leads to ${show(found)}`;
  return [{ path: "name", text: `${what}, which ${taken.node.path} has already; write another name` }];
}

function nameOf(construct: IConstruct): string | undefined {
  if (construct instanceof CloudwatchMetricStream) return construct.nameInput;
  return construct instanceof KinesisFirehoseDeliveryStream ? construct.nameInput : undefined;
}

function streamCount({ namespaces }: MetricStreamProps, construct: IConstruct): number {
  if (!Array.isArray(namespaces) || namespaceFilters(namespaces, construct).length > 0) return 1;
  return splitFilters(normalized(namespaces)).length;
}
