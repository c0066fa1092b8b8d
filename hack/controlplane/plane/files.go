// files.go owns the files that a running control plane leaves in its folder.
package plane

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
)

const kubeconfigTemplate = `apiVersion: v1
kind: Config
clusters:
- name: control-plane
  cluster: {server: "{server}", certificate-authority-data: {ca}}
users:
- name: user
  user: {client-certificate-data: {certificate}, client-key-data: {key}}
contexts:
- name: control-plane
  context: {cluster: control-plane, user: user}
current-context: control-plane
`

// state is what `up` prints and keeps in state.json: where everything is.
type state struct {
	Kubeconfig string `json:"kubeconfig"`
	Server     string `json:"server"`
	CAFile     string `json:"caFile"`
	AuditLog   string `json:"auditLog"`
	PIDs       pids   `json:"pids"`
}

// pids are the process ids of the servers and of `up` itself.
type pids struct {
	Up                int `json:"up"`
	Etcd              int `json:"etcd"`
	APIServer         int `json:"apiserver"`
	ControllerManager int `json:"controllerManager"`
}

// writeKubeconfig writes a self-contained kubeconfig for the client certificate of that name.
func (plane *plane) writeKubeconfig(path, client string) error {
	replacements := []string{"{server}", plane.server()}
	for placeholder, file := range map[string]string{"{ca}": "ca.crt", "{certificate}": client + ".crt", "{key}": client + ".key"} {
		content, err := os.ReadFile(plane.ca.path(file))
		if err != nil {
			return err
		}
		replacements = append(replacements, placeholder, base64.StdEncoding.EncodeToString(content))
	}
	return os.WriteFile(path, []byte(strings.NewReplacer(replacements...).Replace(kubeconfigTemplate)), 0o600)
}

// writeState replaces state.json as a whole, so that a reader never sees half of it, and answers its one line.
func (plane *plane) writeState(current state) ([]byte, error) {
	line, err := json.Marshal(current)
	if err != nil {
		return nil, err
	}
	line = append(line, '\n')
	temporary := plane.file("state.json.new")
	if err := os.WriteFile(temporary, line, 0o600); err != nil {
		return nil, err
	}
	return line, os.Rename(temporary, plane.file("state.json"))
}
