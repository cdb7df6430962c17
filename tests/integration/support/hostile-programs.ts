/**
 * Programs that mean harm, in Python and Go. "SECRET" and "HOME" stand for the path of a file that they
 * must not see and for the user's home; `mark` becomes the name or a word of their processes.
 */
export const python = {
  print: 'print("ok")',
  /** One line a deed: what came of it. */
  deeds: (mark: string, port: number) => `
import os, signal, socket
def attempt(deed):
    try: return deed() or "done"
    except BaseException as error: return getattr(error, "strerror", None) or type(error).__name__
def read(path): return "got " + open(path).read()
def write(path):
    with open(path, "a") as file: file.write("x")
def link(target, path):
    os.symlink(target, path)
    return read(path)
def connect(family, address):
    s = socket.socket(family); s.settimeout(2); s.connect(address)
def seen(path): return str(len(os.listdir(path)))
print("secret:", attempt(lambda: read("SECRET")))
print("linked:", attempt(lambda: link("SECRET", "/tmp/link")))
print("root:", attempt(lambda: read("/proc/1/root" + "SECRET")))
print("home:", attempt(lambda: seen("HOME")))
print("environ:", "LORABENCH_SECRET" in os.environ)
print("box:", attempt(lambda: write("/box/program.py")))
print("hard link:", attempt(lambda: os.link("/box/program.py", "/tmp/hard")))
print("over a link:", attempt(lambda: (os.symlink("/box", "/tmp/box"), write("/tmp/box/x"))[1]))
print("usr:", attempt(lambda: write("/usr/x")))
print("device:", attempt(lambda: write("/dev/sda")))
print("tcp:", attempt(lambda: connect(socket.AF_INET, ("127.0.0.1", ${port}))))
print("abstract:", attempt(lambda: connect(socket.AF_UNIX, "\\0${mark}")))
print("outside:", attempt(lambda: connect(socket.AF_INET, ("192.0.2.1", 80))))
print("init:", attempt(lambda: os.kill(1, signal.SIGKILL)))
print("parent:", attempt(lambda: os.kill(os.getppid(), signal.SIGKILL)))
print("lab:", attempt(lambda: os.kill(${process.pid}, signal.SIGKILL)))
print("mount:", os.system("mount -t tmpfs none /tmp 2>/dev/null") != 0)
`,
  fork: (mark: string) => `
import os
open("/proc/self/comm", "w").write("${mark}")
while True:
    try: os.fork()
    except OSError: pass
`,
  hoard: 'x = []\nwhile True: x.append(bytearray(10 ** 7))',
  shared: (mark: string) => `
import os, time
open("/proc/self/comm", "w").write("${mark}")
for _ in range(8):
    if os.fork() == 0:
        x = bytearray(os.urandom(1000)) * 150000
        time.sleep(100)
time.sleep(100)
`,
  endless: 'while True: print("x" * 10000)',
  daemon: (mark: string) => `
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open("/proc/self/comm", "w").write("${mark}")
        time.sleep(1000)
    os._exit(0)
time.sleep(0.1)
print("done")
`,
  huge: `
import os
def attempt(deed):
    try: deed(); return "done"
    except OSError as error: return error.strerror
def fill():
    with open("/tmp/huge", "wb") as file:
        for _ in range(500): file.write(bytes(10 ** 6)); file.flush()
def many():
    for i in range(500):
        with open(f"/tmp/{i}", "wb") as file: file.write(bytes(10 ** 6))
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
print("sparse:", attempt(lambda: os.truncate(os.open("/tmp/s", os.O_CREAT | os.O_RDWR), 10 ** 11)))
print("one:", attempt(fill))
print("many:", attempt(many))
`,
};

export const go = {
  print: 'package main\nimport "fmt"\nfunc main() { fmt.Println("ok") }',
  deeds: (mark: string, port: number) => `package main
import (
	"fmt"
	"net"
	"os"
	"syscall"
	"time"
)
func said(err error) string {
	if err == nil { return "done" }
	for {
		wrapped, ok := err.(interface{ Unwrap() error })
		if !ok { return err.Error() }
		err = wrapped.Unwrap()
	}
}
func read(path string) string {
	text, err := os.ReadFile(path)
	if err == nil { return "got " + string(text) }
	return said(err)
}
func write(path string) string { return said(os.WriteFile(path, []byte("x"), 0o666)) }
func connect(kind, address string) string {
	_, err := net.DialTimeout(kind, address, 2*time.Second)
	return said(err)
}
func main() {
	fmt.Println("secret:", read("SECRET"))
	os.Symlink("SECRET", "/tmp/link")
	fmt.Println("linked:", read("/tmp/link"))
	fmt.Println("root:", read("/proc/1/rootSECRET"))
	files, _ := os.ReadDir("HOME")
	fmt.Println("home:", len(files))
	_, found := os.LookupEnv("LORABENCH_SECRET")
	fmt.Println("environ:", found)
	fmt.Println("box:", write("/box/program.go"))
	fmt.Println("out:", write("/out/program"))
	fmt.Println("cache:", write("/cache/x"))
	fmt.Println("usr:", write("/usr/x"))
	os.Symlink("/out", "/tmp/out")
	fmt.Println("over a link:", write("/tmp/out/x"))
	fmt.Println("device:", write("/dev/sda"))
	fmt.Println("tcp:", connect("tcp", "127.0.0.1:${port}"))
	fmt.Println("abstract:", connect("unix", "@${mark}"))
	fmt.Println("outside:", connect("tcp", "192.0.2.1:80"))
	fmt.Println("init:", said(syscall.Kill(1, syscall.SIGKILL)))
	fmt.Println("parent:", said(syscall.Kill(os.Getppid(), syscall.SIGKILL)))
	fmt.Println("lab:", said(syscall.Kill(${process.pid}, syscall.SIGKILL)))
	fmt.Println("mount:", said(syscall.Mount("none", "/tmp", "tmpfs", 0, "")) != "done")
}
`,
  fork: (mark: string) => `package main
import (
	"os"
	"os/exec"
)
func main() {
	for {
		exec.Command("/proc/self/exe", "${mark}").Start()
		if len(os.Args) > 50 { return }
	}
}
`,
  hoard:
    'package main\nvar x [][]byte\nfunc main() { for { b := make([]byte, 10000000); for i := range b { b[i] = 1 }; x = append(x, b) } }',
  endless:
    'package main\nimport ("fmt"; "strings")\nfunc main() { for { fmt.Println(strings.Repeat("x", 10000)) } }',
  daemon: (mark: string) => `package main
import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)
func main() {
	if len(os.Args) > 1 { time.Sleep(1000 * time.Second) }
	child := exec.Command("/proc/self/exe", "${mark}")
	child.Stdout = os.Stdout
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	child.Start()
	fmt.Println("done")
}
`,
  huge: `package main
import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)
func said(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) { return number.Error() }
	return "done"
}
func main() {
	signal.Ignore(syscall.SIGXFSZ)
	s, _ := os.Create("/tmp/s")
	fmt.Println("sparse:", said(s.Truncate(1e11)))
	one, _ := os.Create("/tmp/huge")
	var err error
	for i := 0; i < 500 && err == nil; i++ { _, err = one.Write(make([]byte, 1e6)) }
	fmt.Println("one:", said(err))
	err = nil
	for i := 0; i < 500 && err == nil; i++ { err = os.WriteFile(fmt.Sprint("/tmp/", i), make([]byte, 1e6), 0o600) }
	fmt.Println("many:", said(err))
}
`,
};
