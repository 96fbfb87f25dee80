/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package stage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/utils/ptr"
)

// The operator's namespace and ServiceAccount, as config/rbac names them.
const (
	OperatorNamespace      = "mezzanotte-system"
	OperatorServiceAccount = "mezzanotte-manager"
)

// OperatorUser is the operator's name in the audit log.
const OperatorUser = "system:serviceaccount:" + OperatorNamespace + ":" + OperatorServiceAccount

// longestFarewell is a pod's termination grace period.
const longestFarewell = 30 * time.Second

// Manager is the operator as a process of this machine.
type Manager struct {
	command *exec.Cmd
	// Log is the path of its log.
	Log string
	// Exited is closed once the process has ended.
	Exited chan struct{}
}

// BuildManager builds cmd/manager, unless the stage shares one that is built.
func (s *Stage) BuildManager(ctx context.Context) error {
	if string(s.programs) != s.Directory {
		return nil
	}
	return s.programs.build(ctx, operator, os.Stderr)
}

// StartManager starts the operator with the rights of its ServiceAccount, and
// with these arguments besides the usual ones.
func (s *Stage) StartManager(ctx context.Context, args ...string) (*Manager, error) {
	kubeconfig, err := s.managerKubeconfig(ctx)
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp(s.Directory, "manager-*.log")
	if err != nil {
		return nil, fmt.Errorf("make the manager's log: %w", err)
	}
	defer func() { _ = log.Close() }() // the process has its own handle
	m := &Manager{Log: log.Name(), Exited: make(chan struct{})}
	m.command = exec.Command(s.programs.path(operator), append([]string{
		"--kubeconfig", kubeconfig,
		"--leader-elect", "--leader-election-namespace", OperatorNamespace,
		"--metrics-bind-address", "127.0.0.1:0", "--health-probe-bind-address", "127.0.0.1:0",
	}, args...)...)
	m.command.Stdout, m.command.Stderr = log, log
	// A Ctrl-C in the terminal is for whoever started the stage, who then stops the manager.
	m.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := m.command.Start(); err != nil {
		return nil, fmt.Errorf("start the manager: %w", err)
	}
	go func() {
		_ = m.command.Wait() // its exit is seen by Exited; its reason is in the log
		close(m.Exited)
	}()
	return m, nil
}

// PID of the operator, or 0 if it was never started.
func (m *Manager) PID() int {
	if m.command == nil || m.command.Process == nil {
		return 0
	}
	return m.command.Process.Pid
}

// Stop asks the operator to end, as Kubernetes does: after half a minute it is killed.
func (m *Manager) Stop() error {
	if err := m.signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-m.Exited:
		return nil
	case <-time.After(longestFarewell):
		return errors.Join(fmt.Errorf("the manager did not end within %s", longestFarewell), m.Kill())
	}
}

// Kill ends the operator without a word.
func (m *Manager) Kill() error {
	if err := m.signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-m.Exited
	return nil
}

func (m *Manager) signal(signal os.Signal) error {
	if err := m.command.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal the manager: %w", err)
	}
	return nil
}

// LastWords are the last lines of the operator's log.
func (m *Manager) LastWords(lines int) string {
	log, err := os.ReadFile(m.Log)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(log)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// managerKubeconfig writes, once, a kubeconfig that holds a token of the
// operator's ServiceAccount and nothing else. A manager that is started again
// finds it, as a pod finds its token, even while there is no API server.
func (s *Stage) managerKubeconfig(ctx context.Context) (string, error) {
	path := filepath.Join(s.Directory, "manager.kubeconfig")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: OperatorNamespace, Name: OperatorServiceAccount}}
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: ptr.To[int64](4 * 3600)}}
	if err := s.Client.SubResource("token").Create(ctx, account, request); err != nil {
		return "", fmt.Errorf("ask for a token of the manager's ServiceAccount: %w", err)
	}
	return path, clientcmd.WriteToFile(kubeconfig(s.Config, request.Status.Token), path)
}

func kubeconfig(admin *rest.Config, token string) clientcmdapi.Config {
	const name = "mezzanotte"
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{
		Server:                   admin.Host,
		TLSServerName:            admin.ServerName,
		InsecureSkipTLSVerify:    admin.Insecure,
		CertificateAuthority:     admin.CAFile,
		CertificateAuthorityData: admin.CAData,
	}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	return *config
}
