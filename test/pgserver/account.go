/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
)

// account is whom the server runs as.
type account struct {
	name       string
	credential *syscall.Credential // nil: ourselves
}

// unprivileged is ourselves, unless we are root.
func unprivileged() (account, error) {
	if os.Geteuid() != 0 {
		return account{name: "uid " + strconv.Itoa(os.Geteuid())}, nil
	}
	var errs []error
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		uid, err := strconv.ParseUint(found.Uid, 10, 32)
		if err != nil {
			return account{}, fmt.Errorf("user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(found.Gid, 10, 32)
		if err != nil {
			return account{}, fmt.Errorf("user %s: %w", name, err)
		}
		return account{name: name, credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return account{}, fmt.Errorf("PostgreSQL refuses to run as root, and there is nobody else: %w", errors.Join(errs...))
}

// own gives a file to the account.
func (a account) own(path string) error {
	if a.credential == nil {
		return nil
	}
	return os.Chown(path, int(a.credential.Uid), int(a.credential.Gid))
}

// kept is the first directory on the way to path that the account may not enter, or
// empty. What does not exist yet will be ours to open.
func (a account) kept(path string) string {
	if a.credential == nil {
		return ""
	}
	closed := ""
	for at := path; ; at = filepath.Dir(at) {
		if info, err := os.Stat(at); err == nil && info.Mode().Perm()&0o001 == 0 {
			closed = at
		}
		if at == filepath.Dir(at) {
			return closed
		}
	}
}

// cacheDirectory holds what is fetched or made once. Root's own is closed to others,
// and so to the account, so root's is the system's.
func cacheDirectory(a account) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a place to keep PostgreSQL: %w", err)
	}
	if a.kept(cache) != "" && runtime.GOOS == "linux" {
		cache = "/var/cache"
	}
	ours := filepath.Join(cache, "mezzanotte")
	directory := filepath.Join(ours, "postgres")
	err = os.MkdirAll(directory, 0o755)
	if err == nil && a.credential != nil { // whatever our umask
		err = errors.Join(os.Chmod(ours, 0o755), os.Chmod(directory, 0o755))
	}
	return directory, err
}
