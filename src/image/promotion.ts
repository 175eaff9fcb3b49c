/** A service that runs an image, as the input `image` names it. */
export interface PromotionSource {
  readonly cluster: string;
  readonly service: string;
}

/** Reads `service:CLUSTER/SERVICE`; undefined for anything else. No image can be called so: a tag has no slash. */
export function parsePromotion(image: string): PromotionSource | undefined {
  const [, cluster, service] = /^service:([\w-]{1,255})\/([\w-]{1,255})$/.exec(image) ?? [];
  return cluster === undefined || service === undefined ? undefined : { cluster, service };
}
