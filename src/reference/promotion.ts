/** A service that runs an image, as the input `image` names it. */
export interface PromotionSource {
  /** Undefined: that of the run. */
  readonly region: string | undefined;
  readonly cluster: string;
  readonly service: string;
}

/**
 * Reads `service:CLUSTER/SERVICE`, and `service:` with a service's ARN, which may be of another region; undefined for
 * anything else. No image can be called so: a tag has no slash.
 */
export function parsePromotion(image: string): PromotionSource | undefined {
  const [, region, cluster, service] =
    /^service:(?:arn:[\w-]+:ecs:([\w-]+):\d{12}:service\/)?([\w-]{1,255})\/([\w-]{1,255})$/.exec(image) ?? [];
  return cluster === undefined || service === undefined ? undefined : { region, cluster, service };
}
