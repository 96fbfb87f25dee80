//go:build !linux

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package child

import "syscall"

func setOrphaned(*syscall.SysProcAttr, syscall.Signal) {}
