//! `get` against nginx and Apache as Debian packs them. They are not part of a Rust toolchain, so these tests are run by name:
//! `cargo test --test servers -- --ignored`.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what it expects with them"
)]

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A server that does not listen within this time has failed.
const LIMIT: Duration = Duration::from_secs(20);

struct Server {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn page() -> Vec<u8> {
    "<!doctype html><title>页</title><p>The same line again and again, 一行又一行.</p>\n".repeat(400).into_bytes()
}

fn data() -> Vec<u8> {
    (0..1_u32 << 20).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// A folder with the site, which a server that gives up its rights can read.
fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let www = folder.path().join("www");
    std::fs::create_dir(&www).unwrap();
    std::fs::write(www.join("index.html"), page()).unwrap();
    std::fs::write(www.join("data.bin"), data()).unwrap();
    std::fs::write(www.join("empty.bin"), "").unwrap();
    for path in [folder.path(), &www] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

/// Starts `program` with the configuration that `configure` writes for a folder and a port.
fn start(program: &str, configure: impl Fn(&Path, u16) -> String, arguments: &[&str]) -> Server {
    let folder = site();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let file = folder.path().join("server.conf");
    std::fs::write(&file, configure(folder.path(), port)).unwrap();
    let path = format!("{}:/usr/sbin:/usr/local/sbin", std::env::var("PATH").unwrap_or_default());
    let mut child = Command::new("env")
        .arg(format!("PATH={path}"))
        .arg(program)
        .args(arguments)
        .arg(&file)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let ended = child.try_wait().unwrap();
        if ended.is_some() || begun.elapsed() > LIMIT {
            let mut said = String::new();
            let _ = child.kill();
            let _ = child.stderr.take().unwrap().read_to_string(&mut said);
            assert!(said.is_empty() && ended.is_none(), "{program} does not listen: {said}");
        }
        thread::yield_now();
    }
    Server { child, port, folder }
}

fn nginx(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        "daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
        events {{ }}
        http {{
            access_log off; types {{ text/html html; }} default_type application/octet-stream;
            client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
            uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
            gzip on; gzip_min_length 1;
            server {{
                listen 127.0.0.1:{port}; root {folder}/www;
                location /moved {{ return 302 /data.bin; }}
                location /circle {{ return 301 /circle; }}
            }}
        }}"
    )
}

fn apache(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    let modules = ["mpm_event", "authz_core", "mime", "filter", "deflate", "dir", "alias"];
    let load = |name: &str| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n");
    let modules: String = modules.iter().map(|name| load(name)).collect();
    format!(
        "{modules}
        ServerName localhost
        Listen 127.0.0.1:{port}
        User www-data
        Group www-data
        PidFile {folder}/pid
        ErrorLog {folder}/error.log
        DefaultRuntimeDir {folder}
        DocumentRoot {folder}/www
        TypesConfig /dev/null
        AddType text/html .html
        DirectoryIndex index.html
        AddOutputFilterByType DEFLATE text/html
        Redirect 302 /moved /data.bin
        Redirect 301 /circle /circle
        "
    )
}

fn get(server: &Server, path: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_socketscope"));
    command.args(["--lang", "en", "get", &format!("http://127.0.0.1:{}{path}", server.port)]).args(arguments);
    command.stdin(Stdio::null()).output().unwrap()
}

/// The body that came, after a complete reply with `status`.
fn body(server: &Server, status: &str, path: &str, arguments: &[&str]) -> Vec<u8> {
    let output = get(server, path, arguments);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{path} {arguments:?}: {told}");
    assert!(told.contains(&format!("HTTP/1.1 {status}")), "{path} {arguments:?}: {told}");
    output.stdout
}

fn serves_as_it_should(server: &Server) {
    let (page, data) = (page(), data());
    for recv_size in ["1", "1024", "1048576"] {
        let size = ["--recv-size", recv_size];
        assert!(body(server, "200", "/", &size) == page, "plain, {recv_size} bytes a recv");
        let coded = [&size[..], &["-H", "Accept-Encoding: gzip"]].concat();
        assert!(body(server, "200", "/", &coded) == page, "gzip in HTTP chunks, {recv_size} bytes a recv");
    }
    let framed = body(server, "200", "/", &["-H", "Accept-Encoding: gzip", "--framed"]);
    let mut decoded = Vec::new();
    flate2::read::MultiGzDecoder::new(framed.as_slice()).read_to_end(&mut decoded).unwrap();
    assert!(decoded == page && framed.len() < page.len());
    assert!(body(server, "200", "/data.bin", &[]) == data);
    assert!(body(server, "200", "/data.bin", &["-H", "Connection: keep-alive"]) == data, "the reply's end is known");
    assert!(body(server, "200", "/empty.bin", &[]).is_empty());
    assert!(body(server, "200", "/data.bin", &["--head"]).is_empty());
    assert!(body(server, "206", "/data.bin", &["-H", "Range: bytes=1000-1999"]) == data[1000..2000]);
    let unchanged = ["-H", "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT"];
    let since = get(server, "/data.bin", &unchanged);
    assert!(since.status.success(), "a date in the future is answered whole or not at all");
    assert!(!body(server, "404", "/none", &[]).is_empty());
    assert!(!body(server, "302", "/moved", &[]).is_empty(), "a redirect has a body of its own");
    assert!(body(server, "200", "/moved", &["--follow"]) == data);
    assert_eq!(get(server, "/circle", &["--follow"]).status.code(), Some(1));
    let file = server.folder.path().join("saved");
    body(server, "200", "/", &["-H", "Accept-Encoding: gzip", "--save", file.to_str().unwrap()]);
    assert!(std::fs::read(&file).unwrap() == page);
}

#[test]
#[ignore = "needs nginx"]
fn nginx_is_read_as_it_serves() {
    serves_as_it_should(&start("nginx", nginx, &["-c"]));
}

#[test]
#[ignore = "needs apache2"]
fn apache_is_read_as_it_serves() {
    serves_as_it_should(&start("apache2", apache, &["-X", "-f"]));
}
