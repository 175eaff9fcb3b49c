/** A version as semver.org defines it, without build metadata. */
export interface Version {
  readonly text: string;
  readonly numbers: readonly [number, number, number];
  /** As `1.0.0-rc.1` is; `v1` never moves to one. */
  readonly isPrerelease: boolean;
}

export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch, rest] =
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/.exec(text) ?? [];
  if (major === undefined) return undefined;
  return {
    text,
    numbers: [Number(major), Number(minor), Number(patch)],
    isPrerelease: rest !== undefined,
  };
}

/** Whether one version is newer, by its three numbers. */
export function isNewer(one: Version, other: Version): boolean {
  const at = one.numbers.findIndex((number, index) => number !== other.numbers[index]);
  return at !== -1 && (one.numbers[at] ?? 0) > (other.numbers[at] ?? 0);
}

/** The section `## VERSION` of CHANGELOG.md; undefined if it is missing or empty. */
export function notesOf(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => /^\[?([^\]\s]+)/.exec(text)?.[1] === version);
  const notes = section?.slice(section.indexOf('\n')).trim();
  return notes === undefined || notes === '' ? undefined : notes;
}

/** Everything that keeps a version from being released. */
export function problemsOfRelease(release: {
  readonly version: string;
  /** `version` of package.json. */
  readonly packageVersion: string;
  readonly changelog: string;
  /** GITHUB_REF */
  readonly ref: string;
}): readonly string[] {
  const { version, packageVersion, changelog, ref } = release;
  return [
    ...(parseVersion(version) === undefined
      ? [`${JSON.stringify(version)} is not a version such as 1.2.3.`]
      : []),
    ...(packageVersion === version ? [] : [`package.json has the version ${packageVersion}.`]),
    ...(notesOf(changelog, version) === undefined ? [`CHANGELOG.md has nothing under "## ${version}".`] : []),
    ...(ref === 'refs/heads/main' ? [] : [`Releases are made from main, not from ${ref}.`]),
  ];
}
