// Writes numbers on axes and in tooltips as units.py does on the server: steps are [from, factor, suffix].
window.iocNumber = (value, steps, decimals) => {
  if (value === null || value === undefined || value === "-" || Number.isNaN(Number(value))) return "–";
  const number = Number(value);
  const size = Math.abs(number);
  let step = steps[0];
  for (const one of steps) if (size >= one[0]) step = one;
  const scaled = number * step[1];
  const most = Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : 2;
  const digits = {
    minimumFractionDigits: decimals === null ? 0 : decimals,
    maximumFractionDigits: decimals === null ? most : decimals,
  };
  return scaled.toLocaleString("vi-VN", digits) + step[2];
};
