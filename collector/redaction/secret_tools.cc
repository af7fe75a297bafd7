// SPDX-License-Identifier: Apache-2.0
#include "collector/redaction/secret_tools.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/text/hash.h"

namespace proctape {
namespace {

struct Tools {
  std::string_view rules;
  std::string_view names;
};

constexpr Tools kTools[] = {
    // Databases
    {"-p+ !--password",
     "mysql mysqldump mysqlimport mysqlcheck mysqlshow mysqlslap mysqlbinlog mysql_upgrade mysqlsh "
     "mysqlpump mycli mariadb mariadb-dump mariadb-import mariadb-check mariadb-show "
     "mariadb-binlog mariadb-backup mariabackup mytop innotop xtrabackup innobackupex mysqltuner"},
    {"@ -p+ !--password", "mysqladmin mariadb-admin"},
    {"!--password",
     "psql createdb dropdb createuser dropuser pg_dump pg_dumpall pg_restore pg_basebackup "
     "vacuumdb reindexdb clusterdb pgbench pg_receivewal pg_recvlogical pg_amcheck presto trino"},
    {"-p",
     "mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop mongofiles "
     "cqlsh beeline hive mydumper myloader snowsql hdbsql couchbase-cli cbq cbbackup cbexport "
     "cbimport rabbitmqadmin dolt pt-heartbeat pt-kill pt-query-digest pt-table-checksum "
     "pt-table-sync pt-archiver pt-online-schema-change elasticsearch-users"},
    {"-P", "sqlcmd bcp osql tsql fisql defncopy sqsh freebcp mssql-cli p4"},
    {"-P #3", "isql iusql isql-v"},
    {"-a --pass @ #2&auth #2&AUTH #3&auth #3&AUTH >", "redis-cli valkey-cli keydb-cli"},
    {"-a", "redis-benchmark valkey-benchmark jmeter"},
    {"/", "sqlplus sqlldr sqlcl rman exp imp expdp impdp dgmgrl"},
    {"@", "db2"},
    {"-w", "vsql"},
    {"-t_ -p_", "influx"},
    {"--user:", "etcdctl"},
    {"#2&walletpassphrase #2&importprivkey", "bitcoin-cli"},
    {"#3&add_user #3&change_password #3&authenticate_user", "rabbitmqctl"},
    {"-P", "mosquitto_pub mosquitto_sub mosquitto_rr mosquitto_ctrl"},
    // Logging in
    {"-p",
     "sshpass rdesktop ipmipower ipmiconsole ipmi-sensors ipmi-sel ipmi-chassis "
     "openfortivpn vncdo vncdotool evil-winrm nxc crackmapexec netexec hydra medusa smbmap "
     "mcrcon rcon linphone altool upscmd upsrw testsaslauthd zuluCrypt-cli fs_cli brook "
     "jboss-cli.sh pkcs11-tool yubihsm-shell ykman"},
    {"-pw", "plink pscp psftp putty nodetool"},
    {"-P -k -y -Y #L5&password", "ipmitool"},
    {"@ -p", "racadm"},
    {"/p: /gp: -p", "xfreerdp xfreerdp3 wlfreerdp sdl-freerdp freerdp"},
    {"-U% --user% #2 ~UcWIpDLASmnstkO", "smbclient"},
    {"-U% --user%", "rpcclient smbget smbcacls smbcquotas smbtree wmic winexe"},
    {"-U% --user% #3&user #4&use", "net"},
    {"-U% --user% --newpassword #4&create #4&add", "samba-tool"},
    {"-c -A -X",
     "snmpget snmpwalk snmpset snmpgetnext snmpbulkwalk snmpbulkget snmptrap snmptable snmpstatus "
     "snmpdf snmpinform snmptest snmpdelta snmpnetstat snmpusm snmpvacm"},
    {"-y", "dig nsupdate kdig knsupdate"},
    {"-E", "tcpdump"},
    {"-w",
     "ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldapcompare ldapmodrdn ldapexop ldapvi "
     "kadmin kadmin.local dsconf ipa-client-install irssi"},
    {"-w", "smbpasswd ktutil odoo odoo-bin"},
    {"-P", "kdb5_util"},
    {"-p -P",
     "tpm2_create tpm2_createprimary tpm2_unseal tpm2_load tpm2_sign tpm2_nvread tpm2_nvwrite"},
    {"-P -k", "yubico-piv-tool"},
    {"-W -K", "pk12util"},
    {"-hashes", "secretsdump.py psexec.py wmiexec.py smbexec.py"},
    {"-w -s -a", "ldappasswd slappasswd"},
    {"-a -p -w", "ipa-server-install ipa-replica-install"},
    {"-C -A -X", "check_snmp"},
    {"-a: -b:", "check_http check_curl"},
    {"-P", "check_ldap"},
    {"-s", "check_nt"},
    {"-P", "iodine iodined knife"},
    {"+login", "steamcmd"},
    {"#2", "wpa_passphrase"},
    {"@", "nmcli iwctl pppd pon neo4j-admin"},
    {"@ #2&password", "wpa_cli"},
    {"@ #3&wpa_passphrase #3&password", "hostapd_cli"},
    {"#3&key", "iwconfig"},
    {"#6&key", "iw"},
    {"#4", "create_ap"},
    {"-k", "netbird"},
    {"-T+", "zerotier-cli"},
    {"-C", "openconnect"},
    {"-s", "eapol_test"},
    {"#2&passwd", "teamviewer"},
    {"-supw", "murmurd mumble-server"},
    {"-gp -vp", "vmrun"},
    // The web
    {"^ -u: -U: -b* --user: --proxy-user: --cookie* --cert: -E:", "curl curlie"},
    {"-a? --auth?", "http https xh xhs httpie"},
    {"-A: -P: -a: -C*", "ab hey siege"},
    {"-u: --user:", "ntfy"},
    {"-b*", "ffuf"},
    {"-c* -P", "gobuster"},
    {"-P:", "proxytunnel"},
    {"-v", "transmission-daemon"},
    {"-u,", "lftp open"},
    {"-p", "ncftp ncftpput ncftpget ncftpls yt-dlp youtube-dl"},
    {"-n: --auth:", "transmission-remote"},
    {"-P", "mpc"},
    {"-ap -xp -auth-pass --ap", "swaks sendemail sendEmail sipp sendmail"},
    {"-p @&config", "twine poetry flit"},
    {"-k&push #2&setapikey", "nuget"},
    {"#2&login", "wandb"},
    {"#3&login", "twilio"},
    {"#2&link", "pm2"},
    {"@&modify", "dvc"},
    {"#2&login", "cargo surge"},
    {"@", "ngrok"},
    // Archives and encryption
    {"-p+", "7z 7za 7zr 7zz"},
    {"-p+ -hp+", "rar unrar"},
    {"^ -P", "zip unzip zipcloak"},
    {"-K_ -k_ -hmac_ #L2&passwd", "openssl"},
    {"--encrypt_", "qpdf"},
    {"-K", "ccrypt ccencrypt ccdecrypt dar swift"},
    {"-k",
     "mcrypt mdecrypt ss-local ss-server ss-tunnel ss-redir sslocal ssserver coap-client "
     "outguess"},
    {"-p", "aescrypt steghide veracrypt truecrypt msoffcrypto-tool unar lsar"},
    {"#L1", "oathtool"},
    {"-u+ -p+", "dislocker dislocker-fuse dislocker-file"},
    {"--security-set-pass --security-unlock --security-erase --security-disable "
     "--security-erase-enhanced",
     "hdparm"},
    {"<", "cryptsetup kinit"},
    {"@", "pdftk"},
    // Accounts
    {"#L3&-b #L2&-nb", "htpasswd mosquitto_passwd"},
    {"-N -P", "ssh-keygen"},
    {"#L4&register #L4&change_password", "ejabberdctl prosodyctl"},
    {"@", "grafana-cli grafana"},
    {"#3&set-single-user-credentials", "nifi.sh"},
    {"#2", "mega-login"},
    {"-p #2", "add-user.sh"},
    {"-p&login", "jira"},
    {"#3&user-password #3&user:password #3&upwd", "drush"},
    {"@&set", "wp"},
    {"--value&dbpassword", "occ"},
    {"-p&create", "airflow"},
    {"--auth-cred:", "sqlmap"},
    {"-id:", "nikto"},
    {"#3&addauth", "zkCli.sh"},
    {"-k&push #4&user-secrets", "dotnet"},
    {"-p&unlock-keychain -p&create-keychain -P&import", "security"},
    {"#2 #5", "radtest"},
    {"#3", "radclient"},
    {"-a%", "wbinfo"},
    {"#L1 ~mSRP", "mkpasswd cryptpw"},
    {"-p", "useradd usermod groupadd groupmod"},
    {"-p #4&auth", "doveadm"},
    {"--plaintext -p&hash-password", "caddy"},
    {"#2&hash-password", "authelia"},
    {"<", "chpasswd passwd chgpasswd"},
    {"@", "expect"},
    // Clouds, containers and what makes them
    {"-p&login --password&login !--secret --from-literal*",
     "docker podman nerdctl buildah skopeo crane oras helm ctr oc img"},
    {"-p&login --password&login !--secret --from-literal* --value&keyvault", "az"},
    {"--from-literal* !--secret @&config", "kubectl k3s microk8s"},
    {"@&configure --value&put-parameter", "aws"},
    {"!--secret !--secret=", "gcloud"},
    {"=&put =&write =&patch #3&unseal #2&unwrap #2&login #3&token", "vault bao"},
    {"-encrypt -token #4&set-agent-token", "consul nomad serf"},
    {"-t_", "doctl vercel frpc codecov drone pushover anaconda"},
    {"-t_&login", "glab rancher k6"},
    {"-t_ -r_&register", "gitlab-runner"},
    {"-k_", "honeymarker tacacs_client"},
    {"#3&install", "cloudflared"},
    {"#4&write", "chamber"},
    {"#2&auth =&config", "snyk"},
    {"!--secret @&set", "pulumi"},
    {"#L6&alias #L7&host #6&user", "mc mcli"},
    {"#L3&authorize-account #L4&authorize", "b2 backblaze-b2"},
    {"=&secrets =&secret -p&login", "fly flyctl wrangler railway doppler"},
    {"@ #2&obscure #2&reveal", "rclone"},
    {"-b&secret --body&secret", "gh"},
    {"#2&encrypt", "travis"},
    {"#2&unlock #3&login --session", "bw op"},
    {"#2&encrypt_string", "ansible-vault"},
    {"#3&secret-set-value #4&set-user-password --base64 !--secret", "virsh"},
    {"#3&github-oauth.github.com @&config", "composer"},
    {"@&config", "pip pip3 npm yarn pnpm git hg heroku conda bundle"},
    // Of shells, where a command begins
    {"@", "set setenv"},
    // What begins others
    {"$", "sh bash dash zsh ksh ash fish mksh"},
    {"$ w", "ssh watch eval parallel flock screen tmux xterm su runuser machinectl systemd-run"},
    {"w",
     "sudo doas env nice ionice nohup timeout time strace ltrace xargs exec setsid chrt taskset "
     "unshare nsenter stdbuf command gosu su-exec tini dumb-init proxychains proxychains4 torsocks "
     "firejail bwrap numactl chroot busybox then do else"},
};

constexpr std::uint32_t short_hash_of(std::string_view name) {
  return static_cast<std::uint32_t>(hash_of(name));
}

// Cuts the first word off.
constexpr std::string_view next_name(std::string_view& names) {
  const auto end = std::min(names.find(' '), names.size());
  const auto name = names.substr(0, end);
  names.remove_prefix(std::min(end + 1, names.size()));
  return name;
}

struct Entry {
  std::uint32_t hash = 0;
  std::uint16_t tools = 0;
  std::uint16_t offset = 0;  // of the name
};

constexpr std::size_t kNames = [] {
  std::size_t count = 0;
  for (const Tools& tools : kTools) {
    for (auto names = tools.names; !names.empty(); next_name(names)) ++count;
  }
  return count;
}();

constexpr auto kEntries = [] {
  std::array<Entry, kNames> entries;
  std::size_t count = 0;
  for (std::size_t i = 0; i < std::size(kTools); ++i) {
    for (auto names = kTools[i].names; !names.empty();) {
      const auto offset = kTools[i].names.size() - names.size();
      entries[count++] = {short_hash_of(next_name(names)), static_cast<std::uint16_t>(i),
                          static_cast<std::uint16_t>(offset)};
    }
  }
  std::ranges::sort(entries, {}, &Entry::hash);
  return entries;
}();

}  // namespace

std::string_view secret_rules(std::string_view program) {
  constexpr std::size_t kLongest = 20;
  if (program.empty() || program.size() > kLongest) return {};
  const std::uint32_t hash = short_hash_of(program);
  for (auto entry = std::ranges::lower_bound(kEntries, hash, {}, &Entry::hash);
       entry != kEntries.end() && entry->hash == hash; ++entry) {
    const Tools& tools = kTools[entry->tools];
    auto names = tools.names.substr(entry->offset);
    if (next_name(names) == program) return tools.rules;
  }
  return {};
}

}  // namespace proctape
