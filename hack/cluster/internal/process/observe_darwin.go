package process

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// observe returns when a process began, and whether it is alive. A zombie is not.
func observe(pid int) (began string, alive bool, err error) {
	command := exec.Command("/bin/ps", "-o", "stat=,lstart=", "-p", strconv.Itoa(pid))
	command.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	output, err := command.Output()
	var none *exec.ExitError
	if errors.As(err, &none) { // ps found no such process
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	fields := strings.Fields(string(output))
	if len(fields) == 0 {
		return "", false, nil
	}
	return strings.Join(fields[1:], " "), !strings.HasPrefix(fields[0], "Z"), nil
}

// commands returns the command lines of all processes that can be read, word by word.
func commands() (map[int][]string, error) {
	output, err := exec.Command("/bin/ps", "-axwwo", "pid=,command=").Output()
	all := map[int][]string{}
	for line := range strings.Lines(string(output)) {
		fields := strings.Fields(line)
		if pid, err := strconv.Atoi(fields[0]); err == nil && len(fields) > 1 {
			all[pid] = fields[1:]
		}
	}
	return all, err
}
