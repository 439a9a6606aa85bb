/**
 * Docker Hub's official images. Whoever builds one by such a name gives it to every project on the
 * machine that means the official one.
 */
const NAMES = `adminer aerospike almalinux alpine amazoncorretto amazonlinux api-firewall arangodb archlinux
backdrop bash bonita buildpack-deps busybox caddy cassandra chronograf cirros clearlinux clefos clickhouse clojure composer
consul convertigo couchbase couchdb crate dart debian docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch
elixir emqx erlang fedora flink fluentd friendica gazebo gcc geonetwork ghost golang gradle groovy haproxy haskell
haxe hello-world hitch httpd hylang ibmjava ibm-semeru-runtimes influxdb irssi jetty jobber joomla jruby julia kapacitor
kibana kong krakend liquibase lightstreamer logstash mageia mariadb matomo maven mediawiki memcached mongo mongo-express
monica mysql nats nats-streaming neo4j neurodebian nextcloud nginx node notary odoo open-liberty openjdk
open-webui oraclelinux orientdb percona perl photon php php-zendserver phpmyadmin plone postfixadmin postgres pypy python
r-base rabbitmq rakudo-star redis redmine registry rethinkdb rocket.chat rockylinux ros ruby rust sapmachine satosa
scratch silverpeas solr sonarqube spark spiped storm swift swipl teamspeak telegraf tomcat tomee traefik ubuntu
unit valkey varnish vault websphere-liberty wordpress xwiki yourls znc zookeeper`;

const OFFICIAL = new Set(NAMES.split(/\s+/));

export const isOfficial = (repository: string): boolean => OFFICIAL.has(repository);
