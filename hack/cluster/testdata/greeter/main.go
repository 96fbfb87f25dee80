// Command greeter runs in the tests' pods: it answers with its name, asks others for
// theirs, shows its environment, and keeps a processor busy on request.
//
//	greeter         serves on port 8080 until it is told to end
//	greeter probe   asks the one that serves
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	serve := serve
	if len(os.Args) > 1 && os.Args[1] == "probe" {
		serve = probe
	}
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	http.HandleFunc("/", func(answer http.ResponseWriter, _ *http.Request) {
		name, _ := os.Hostname()
		fmt.Fprintln(answer, name)
	})
	http.HandleFunc("/caller", func(answer http.ResponseWriter, request *http.Request) {
		host, _, _ := net.SplitHostPort(request.RemoteAddr)
		fmt.Fprintln(answer, host)
	})
	http.HandleFunc("/read", func(answer http.ResponseWriter, request *http.Request) {
		http.ServeFile(answer, request, request.URL.Query().Get("path"))
	})
	http.HandleFunc("/keep", keep)
	http.HandleFunc("/ask", ask)
	http.HandleFunc("/api", api)
	http.HandleFunc("/burn", burn)
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM)
	listener, err := net.Listen("tcp", ":8080")
	if err != nil {
		return err
	}
	fmt.Println("greeting")
	failed := make(chan error, 1)
	go func() { failed <- http.Serve(listener, nil) }()
	select {
	case err := <-failed:
		return err
	case <-told:
		fmt.Println("told to end")
		return nil
	}
}

func probe() error {
	response, err := http.Get("http://127.0.0.1:8080/")
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// keep writes a file.
func keep(answer http.ResponseWriter, request *http.Request) {
	query := request.URL.Query()
	if err := os.WriteFile(query.Get("path"), []byte(query.Get("text")), 0o600); err != nil {
		http.Error(answer, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(answer, query.Get("text"))
}

// ask gets another address and passes the answer on.
func ask(answer http.ResponseWriter, request *http.Request) {
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	pass(answer)(client.Get(request.URL.Query().Get("url")))
}

// api asks the cluster, as the pod's ServiceAccount, for something that it may not
// read: the refusal names the ServiceAccount.
func api(answer http.ResponseWriter, _ *http.Request) {
	const folder = "/var/run/secrets/kubernetes.io/serviceaccount/"
	token, tokenErr := os.ReadFile(folder + "token")
	authority, err := os.ReadFile(folder + "ca.crt")
	if err = errors.Join(tokenErr, err); err != nil {
		http.Error(answer, err.Error(), http.StatusBadGateway)
		return
	}
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(authority)
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: authorities},
	}}
	request, err := http.NewRequest(http.MethodGet, "https://kubernetes.default.svc/api/v1/namespaces/default/pods", nil)
	if err != nil {
		http.Error(answer, err.Error(), http.StatusBadGateway)
		return
	}
	request.Header.Set("Authorization", "Bearer "+string(token))
	response, err := client.Do(request)
	if err == nil {
		response.StatusCode = http.StatusOK
	}
	pass(answer)(response, err)
}

// pass forwards the answer of another server.
func pass(answer http.ResponseWriter) func(*http.Response, error) {
	return func(response *http.Response, err error) {
		if err != nil {
			http.Error(answer, err.Error(), http.StatusBadGateway)
			return
		}
		defer func() { _ = response.Body.Close() }()
		answer.WriteHeader(response.StatusCode)
		_, _ = io.Copy(answer, response.Body)
	}
}

// burn uses a CPU for a second and answers with the milliseconds of CPU time it got.
func burn(answer http.ResponseWriter, _ *http.Request) {
	before := used()
	for until := time.Now().Add(time.Second); time.Now().Before(until); {
	}
	fmt.Fprintln(answer, (used() - before).Milliseconds())
}

func used() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
