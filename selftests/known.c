// SPDX-License-Identifier: GPL-2.0
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "known.h"

/* Cut a line into name, patterns and reason; the row keeps the line. */
static int parse(struct known_row *row, char *line, int fields)
{
	char *next = line;
	int i;

	row->text = line;
	row->met = false;
	row->name = strsep(&next, "\t");
	for (i = 0; i < fields; i++)
		row->pattern[i] = strsep(&next, "\t");
	return next && *next && !strchr(next, '\t') ? 0 : -1;
}

int known_load(struct known *k, const char *file, int fields)
{
	FILE *f = fopen(file, "r");
	struct known_row *more;
	char *line = NULL;
	size_t size = 0;
	int number = 0;

	*k = (struct known){ .fields = fields };
	if (!f) {
		perror(file);
		return -1;
	}
	while (getline(&line, &size, f) > 0) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (!*line || *line == '#')
			continue;
		more = reallocarray(k->row, k->rows + 1, sizeof(*more));
		if (!more || parse(more + k->rows, line, fields)) {
			fprintf(stderr, "%s: line %d is not a row\n", file, number);
			fclose(f);
			return -1;
		}
		k->row = more;
		k->rows++;
		line = NULL;
		size = 0;
	}
	free(line);
	fclose(f);
	return 0;
}

static bool fits(const struct known *k, const struct known_row *row,
		 const char *const *field)
{
	int i;

	for (i = 0; i < k->fields; i++)
		if (fnmatch(row->pattern[i], field[i], FNM_EXTMATCH))
			return false;
	return true;
}

bool known_covers(struct known *k, const char *const *field)
{
	int i;

	for (i = 0; i < k->rows; i++) {
		if (fits(k, &k->row[i], field)) {
			k->row[i].met = true;
			return true;
		}
	}
	return false;
}

int known_unmet(const struct known *k)
{
	int i, n = 0;

	for (i = 0; i < k->rows; i++) {
		if (k->row[i].met || *k->row[i].name == '~')
			continue;
		printf("# covers nothing: %s\n", k->row[i].name);
		n++;
	}
	return n;
}
