const FILE = /^seccomp[:=](?!unconfined$|builtin$)(.+)$/;

/**
 * The file of a security option `seccomp:FILE`, or with `=`; undefined for other options, and for the
 * two names under which the engine has profiles of its own.
 */
export const seccompFile = (option: unknown): string | undefined => FILE.exec(String(option))?.[1];
