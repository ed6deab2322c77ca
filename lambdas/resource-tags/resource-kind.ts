/** A kind of resource, and where its ARN holds the dimensions with which its metrics come. */
export interface ResourceKind {
  /** The namespaces whose metrics have these dimensions. */
  readonly namespaces: readonly string[];
  /** As the Resource Groups Tagging API filters: the ARN's service, and its resource type where it has one. */
  readonly type: string;
  /**
   * The last part of the ARN. `{InstanceId}` is a dimension's value; one of a certain form has it behind `=`, such as
   * `{LogGroupName=**}`. `*` is a part without `/` and `:`, outside of braces one that is no dimension; `**` is the rest.
   */
  readonly resource: string;
  /** A dimension whose value is the whole ARN. */
  readonly arnDimension?: string;
  /** The metrics have a dimension Region of their own, which the label `region` may hold in place of the stream's. */
  readonly ownRegion?: true;
  /** What users of the table must know. */
  readonly note?: string;
}
