package process

import "testing"

func TestParseStat(t *testing.T) {
	const rest = " S 1 4242 4242 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 5 0 987654 1000 200"
	for name, stat := range map[string]string{
		"plain":                      "4242 (etcd)" + rest,
		"a name with spaces":         "4242 (my etcd)" + rest,
		"a name that looks like one": "4242 (a) Z 1 (b)" + rest,
	} {
		t.Run(name, func(t *testing.T) {
			state, start, err := parseStat(stat)
			if state != "S" || start != "987654" || err != nil {
				t.Errorf("state %q, start %q, %v", state, start, err)
			}
		})
	}
	if _, _, err := parseStat("nonsense"); err == nil {
		t.Error("nonsense was read")
	}
}
