import type { ServiceKind } from './kind.ts';

/** CONNECT of MQTT 3.1.1, clean session, without a name: a broker may refuse it, but answers. */
const CONNECT = '\x10\x0c\0\x04MQTT\x04\x02\0\x0a\0\0';

export const mosquitto: ServiceKind = {
  name: 'mosquitto',
  title: 'Mosquitto',
  images: ['mosquitto', 'mqtt', 'emqx', 'vernemq'],
  variables: ['MOSQUITTO_'],
  ports: [{ port: 1883, scheme: 'mqtt' }],
  probe: { says: CONNECT, answer: /^\x20\x02/ },
  // Every message as it comes. Clients of other images are told their account by the person.
  console: `
[ -d /run/mosquitto/client ] && export XDG_CONFIG_HOME=/run/mosquitto/client
exec mosquitto_sub -v -t '#'`,
};
