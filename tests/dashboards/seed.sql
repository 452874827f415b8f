-- A small fact, week x store x product, of the shape of examples/sales/views/weekly_sales_details.sql.
create schema retail;
create table retail.weekly_sales_details as
with sold as (
    select
        week,
        store,
        product,
        (2 + (product * 7 + store * 3 + week * 5) % 23)::numeric(12, 2) as pieces,
        (1.99 + product * 1.37 % 48)::numeric(12, 4) as price,
        (product * 5 + store + week) % 11 % 5 as out_of_stock,
        ((product * 3 + store * 2 + week) % 31)::numeric(12, 2) as on_hand
    from generate_series(1, 12) as weeks (week)
    cross join generate_series(1, 4) as stores (store)
    cross join generate_series(1, 15) as products (product)
)
select
    202400 + week as yr_wk_num,
    date '2023-12-31' + 7 * (week - 1) as week_start,
    date '2023-12-31' + 7 * (week - 1) + 6 as week_end,
    store as store_key,
    product as prod_key,
    pieces as sales_qty,
    (pieces * price)::numeric(14, 2) as sales_amt,
    (pieces * price * 0.62)::numeric(14, 2) as sales_cost,
    (pieces * price)::numeric(14, 2) - (pieces * price * 0.62)::numeric(14, 2) as sales_margin,
    price as avg_price,
    (1 - out_of_stock / 7.0)::numeric(5, 4) as in_stock_share,
    out_of_stock as out_of_stock_days,
    product % 3 as low_stock_days,
    on_hand as on_hand_qty,
    (20 * (week % 2))::numeric(12, 2) as on_order_qty,
    out_of_stock + product % 3 as low_stock_impact,
    (product % 3 * price)::numeric(14, 2) as potential_low_stock_impact,
    (out_of_stock * price)::numeric(14, 2) as no_stock_impact,
    (on_hand / pieces)::numeric(12, 4) as weeks_of_supply,
    to_char(store, 'FM0000') as store_num,
    'Store ' || store as store_desc,
    (array['Montréal', 'Halifax', 'Toronto', 'Winnipeg'])[store] as city,
    (array['East', 'Atlantic', 'Centre', 'Prairies'])[store] as region,
    'Coast' as market_name,
    'Product ' || product as prod_name,
    (array['Food', 'Household', 'Garden'])[1 + product % 3] as category_name,
    (array['Maple', 'O''Brien'])[1 + product % 2] as brand_name,
    'Dairy' as subcategory_name
from sold;
