-- description: The weekly fact with the names of store, market, product and category, one row each
-- schema: retail

select
    fact.yr_wk_num,
    fact.week_start,
    fact.week_end,
    fact.store_key,
    store.store_num,
    store.store_desc,
    store.city,
    store.region,
    store.market_name,
    fact.prod_key,
    product.prod_name,
    product.brand_name,
    product.category_name,
    product.subcategory_name,
    fact.sales_qty,
    fact.sales_amt,
    fact.sales_cost,
    fact.sales_amt - fact.sales_cost as sales_margin,
    fact.avg_price,
    fact.in_stock_share,
    fact.out_of_stock_days,
    fact.low_stock_days,
    fact.on_hand_qty,
    fact.on_order_qty,
    fact.low_stock_impact,
    fact.potential_low_stock_impact,
    fact.no_stock_impact,
    fact.weeks_of_supply
from retail.weekly_sales as fact
left join retail.store as store on store.store_key = fact.store_key
left join retail.product as product on product.prod_key = fact.prod_key
