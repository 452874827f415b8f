-- description: Sales of each week against their cost, and the margin that is left

select
    yr_wk_num,
    min(week_start) as week_start,
    sum(sales_qty) as sales_qty,
    sum(sales_amt) as sales_amt,
    sum(sales_cost) as sales_cost,
    sum(sales_amt - sales_cost) as margin,
    cast(sum(sales_amt - sales_cost) as double) / nullif(cast(sum(sales_amt) as double), 0) as margin_share
from weekly_sales_current
group by yr_wk_num
order by yr_wk_num
