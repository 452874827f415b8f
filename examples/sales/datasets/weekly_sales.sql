-- One row for each week, store and product that was sold or counted in it.
with sold as (
    select
        trans_dt as cal_dt, store_key, prod_key,
        sum(sales_qty) as qty, sum(sales_amt) as amt, sum(sales_cost) as cost
    from sales
    where trans_dt is not null and store_key is not null
    group by trans_dt, store_key, prod_key
),

counted as (
    select
        cal_dt, store_key, prod_key,
        inventory_on_hand_qty as on_hand, inventory_on_order_qty as on_order,
        out_of_stock_flg or coalesce(inventory_on_hand_qty = 0, false) as is_empty
    from inventory
),

days as (
    select
        coalesce(counted.cal_dt, sold.cal_dt) as cal_dt,
        coalesce(counted.store_key, sold.store_key) as store_key,
        coalesce(counted.prod_key, sold.prod_key) as prod_key,
        counted.on_hand, counted.on_order, counted.is_empty,
        coalesce(sold.qty, 0) as qty, coalesce(sold.amt, 0) as amt, coalesce(sold.cost, 0) as cost,
        not counted.is_empty and counted.on_hand < coalesce(sold.qty, 0) as is_low
    from counted
    full join sold
        on counted.cal_dt = sold.cal_dt
        and counted.store_key = sold.store_key
        and counted.prod_key = sold.prod_key
),

weeks as (
    select yr_wk_num, min(cal_dt) as week_start, max(cal_dt) as week_end
    from calendar
    group by yr_wk_num
),

summed as (
    select
        calendar.yr_wk_num, days.store_key, days.prod_key,
        sum(days.qty) as sales_qty, sum(days.amt) as sales_amt, sum(days.cost) as sales_cost,
        count(days.is_empty) as counted_days,
        count_if(days.is_empty) as out_of_stock_days,
        count_if(days.is_low) as low_stock_days,
        max_by(days.on_hand, days.cal_dt) filter (where days.on_hand is not null) as on_hand_qty,
        max_by(days.on_order, days.cal_dt) filter (where days.on_order is not null) as on_order_qty,
        sum(days.amt - days.on_hand * days.amt / days.qty) filter (where days.is_low) as low_amt,
        sum(days.amt) filter (where days.is_empty) as empty_amt
    from days
    inner join calendar on calendar.cal_dt = days.cal_dt
    group by calendar.yr_wk_num, days.store_key, days.prod_key
)

select
    summed.yr_wk_num, weeks.week_start, weeks.week_end, summed.store_key, summed.prod_key,
    summed.sales_qty, summed.sales_amt, summed.sales_cost,
    summed.sales_amt / nullif(summed.sales_qty, 0) as avg_price,
    1 - summed.out_of_stock_days / nullif(summed.counted_days, 0) as in_stock_share,
    summed.out_of_stock_days, summed.low_stock_days,
    summed.on_hand_qty, summed.on_order_qty,
    summed.out_of_stock_days + summed.low_stock_days as low_stock_impact,
    coalesce(summed.low_amt, 0) as potential_low_stock_impact,
    coalesce(summed.empty_amt, 0) as no_stock_impact,
    case when summed.sales_qty > 0 then summed.on_hand_qty / summed.sales_qty end as weeks_of_supply
from summed
inner join weeks on weeks.yr_wk_num = summed.yr_wk_num
