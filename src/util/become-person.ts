/**
 * Shell text of a container that began as root: from here on it is the person, running `$run`. Needs
 * `$uid` and `$gid`. Where images are not Debian's, BusyBox has a `setpriv` that cannot do it, and a
 * `su` that asks for a name; the container is thrown away with it.
 */
export const BECOME_PERSON = `if setpriv --reuid="$uid" --regid="$gid" --clear-groups true 2>/dev/null; then
  exec setpriv --reuid="$uid" --regid="$gid" --clear-groups sh -c "$run"
fi
echo "onestack-person:x:$uid:$gid::$HOME:/bin/sh" >>/etc/passwd
exec su -p -s /bin/sh onestack-person -c "$run"`;
