concat('KH: ', toString(round(100 * whole.value / whole.plan)), ' %', if(whole.due < 1, concat(', cần ', toString(round(100 * whole.due)), ' %'), ''))
