{{- define "penstock.name" -}}
{{- if contains "penstock" .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-penstock{{ end -}}
{{- end }}

{{- define "penstock.labels" -}}
{{ include "penstock.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "penstock.selector" -}}
app.kubernetes.io/name: penstock
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "penstock.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{- define "penstock.secretName" -}}
{{- .Values.existingSecret | default (printf "%s-secrets" (include "penstock.name" .)) }}
{{- end }}

{{- define "penstock.serviceAccountName" -}}
{{- .Values.serviceAccount.existing | default (include "penstock.name" .) }}
{{- end }}

{{- define "penstock.claimName" -}}
{{- .Values.staging.claim.existing | default (printf "%s-staging" (include "penstock.name" .)) }}
{{- end }}

{{- /* Every setting of all roles that is not secret, as YAML; what the chart knows of goes before `settings`. */ -}}
{{- define "penstock.settings" -}}
{{- $own := dict
  "PENSTOCK_HTTP_HOST" "0.0.0.0"
  "PENSTOCK_HTTP_PORT" "7070"
  "PENSTOCK_HEALTH_PORT" "7070"
  "PENSTOCK_PARTITIONS" (.Values.partitions | toString)
  "PENSTOCK_HANDLER_DEADLINE" (printf "%ds" (int .Values.handlerDeadlineSeconds)) }}
{{- range $key, $value := .Values.settings }}
{{- if hasKey $own $key }}{{ fail (printf "settings: %s is set by another value of this chart" $key) }}{{ end }}
{{- $_ := set $own $key ($value | toString) }}
{{- end }}
{{- toYaml $own }}
{{- end }}

{{- /* A role as it is with the defaults; called with the list of root and name. */ -}}
{{- define "penstock.role" -}}
{{- $root := index . 0 }}
{{- $given := index $root.Values.roles (index . 1) | default dict }}
{{- $role := mergeOverwrite (deepCopy $root.Values.defaults) (deepCopy $given) }}
{{- if not (hasKey $given "scaling") }}{{ $role = omit $role "scaling" }}{{ end }}
{{- toYaml $role }}
{{- end }}
