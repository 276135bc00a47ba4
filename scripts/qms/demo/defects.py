"""What goes wrong with parts and deliveries, and what is done about it: words only, no story."""

from qms.model import value


@value
class Defect:
    """A defect of a part with everything that a good 8D says of it; ``{n}`` is the number of pieces found."""

    process: str
    name: str
    seen: str
    contain: str
    cause: str
    escape: str
    corrective: str
    corrective_owner: str
    preventive: str
    rework: str
    standard: str


@value
class Trouble:
    """A complaint that is not about the part itself."""

    category: str
    seen: str
    remedy: str
    cause: str
    method: str
    evidence: str


DEFECTS = (
    Defect(
        process="moulded",
        name="毛刺",
        seen="分型面一侧有毛刺，最高约 0.3 mm，装配时刮手",
        contain="在库同批隔离，按 10 倍放大镜全检后放行",
        cause="模具分型面局部磨损约 0.05 mm，合模不严，熔料挤出",
        escape="外观检验只看正面，毛刺位置不在检验项目内",
        corrective="分型面研配，锁模力按工艺卡复核",
        corrective_owner="liu-fang",
        preventive="同类模具列入每 10 万模次的分型面点检",
        rework="手工修边后用塞规确认，逐件复检外观与配合尺寸",
        standard="模具点检表增加分型面间隙一栏，检验指导书增加毛刺限度样件",
    ),
    Defect(
        process="moulded",
        name="缩水",
        seen="筋位背面缩水明显，侧光下可见凹陷",
        contain="在线产品按限度样件挑选，停用可疑料架",
        cause="保压时间由 6 s 改为 4 s 后没有恢复，筋位补缩不足",
        escape="换班后没有做首件对比，限度样件放在检验室，机边看不到",
        corrective="恢复保压参数并锁定权限，首件与限度样件比对",
        corrective_owner="liu-fang",
        preventive="机台参数变更由班长与 QC 会签，超出窗口自动报警",
        rework="按限度样件挑选，超限件报废，其余复检后放行",
        standard="工艺卡注明保压参数窗口，限度样件配到机边",
    ),
    Defect(
        process="moulded",
        name="尺寸超差",
        seen="装配孔径偏小约 0.08 mm，螺丝打入时开裂",
        contain="在库与在途同批停发，用通止规全检",
        cause="型芯销磨成锥形，直径减小，没有更换周期",
        escape="检验只抽测一个孔，且用卡尺测量小孔误差大",
        corrective="更换型芯销，抽 50 件测全部孔位并算过程能力",
        corrective_owner="liu-fang",
        preventive="型芯销列入易损件清单，按模次强制更换",
        rework="孔位逐件过通止规，不合格件报废，合格件复检后放行",
        standard="检验指导书改为四孔通止规全测，模具履历增加易损件寿命",
    ),
    Defect(
        process="moulded",
        name="黑点",
        seen="表面有黑点，面积 0.4 至 0.8 平方毫米，位置不固定",
        contain="该机台停用，同批在强光下灯检",
        cause="换料清洗量不足，止逆环处残料受热炭化后脱落",
        escape="检验照度不足，小于 0.5 平方毫米的黑点看不出",
        corrective="拆洗螺杆与止逆环，规定换料清洗量与确认件数",
        corrective_owner="zhao-lei",
        preventive="深色换浅色由专机生产，排产时先浅后深",
        rework="灯检挑选，有黑点的报废，其余复检后放行",
        standard="换料作业指导书写明清洗量，检验台照度定期测量",
    ),
    Defect(
        process="moulded",
        name="翘曲变形",
        seen="平面度超过图纸要求，装配后翘起约 0.6 mm",
        contain="同批放置平面度检具上全检，超差件隔离",
        cause="冷却水路结垢，动模温度偏高，出模后收缩不均",
        escape="出模后立即测量合格，放置 24 小时后才变形",
        corrective="清洗水路并测流量，冷却时间由 12 s 调为 16 s",
        corrective_owner="liu-fang",
        preventive="水路流量列入开机点检，低于下限不准开机",
        rework="按检具分选，轻微变形件整形后放置 24 小时复检",
        standard="首件增加放置 24 小时后的平面度，点检表增加水路流量",
    ),
    Defect(
        process="moulded",
        name="色差",
        seen="与封样件目视有色差，色差仪测得 ΔE 约 1.8",
        contain="已发出的批次请顾客分开使用，在库批次停发",
        cause="色母批次变更后没有重新打样，配比仍用旧值",
        escape="来料只核对牌号，没有核对色母批次与色板",
        corrective="按新色母重新打样并由顾客封样，配比写入工艺卡",
        corrective_owner="ma-jun",
        preventive="色母换批必须打样比对，来料单注明批次",
        rework="与封样件逐件比对，超限件报废，其余复检后放行",
        standard="来料检验增加色板比对，封样件一年更换一次",
    ),
    Defect(
        process="moulded",
        name="卡扣断裂",
        seen="装配时卡扣根部断裂，断口发白",
        contain="同批做扣合力试验，低于下限的停发",
        cause="料斗干燥不足，原料含水率偏高，制品发脆",
        escape="扣合力每周抽测一次，没有按批抽测",
        corrective="干燥温度与时间写入点检，含水率合格才准上机",
        corrective_owner="zhao-lei",
        preventive="同类材料统一配露点式干燥机并接入报警",
        rework="按批抽测扣合力，不合格批报废，合格批复检后放行",
        standard="扣合力改为每批抽测 5 件，干燥记录随批保存",
    ),
    Defect(
        process="moulded",
        name="漏装嵌件",
        seen="个别产品漏装铜嵌件，顾客锁螺丝时发现",
        contain="在库同批用磁性检具全检，发现漏装立即报告",
        cause="取放嵌件靠人工，加班时段节拍过快漏放",
        escape="成品只目视正面，嵌件孔在背面",
        corrective="模内增加嵌件到位检测，缺件不合模",
        corrective_owner="liu-fang",
        preventive="同结构产品全部增加到位检测，节拍不得低于规定值",
        rework="逐件过检具，漏装件报废，其余复检后放行",
        standard="控制计划把嵌件到位列为防错项目，每班验证一次",
    ),
    Defect(
        process="stamped",
        name="毛边",
        seen="冲切边毛边约 0.12 mm，超过图纸 0.05 mm 的要求",
        contain="在库同批去毛边后复检，在线模具停机修磨",
        cause="刃口超过修磨寿命仍在使用，间隙变大",
        escape="巡检用手感判断，没有用测量仪",
        corrective="刃口修磨并恢复间隙，首件测毛边高度",
        corrective_owner="liu-fang",
        preventive="按冲次强制修磨，冲次计数接入停机联锁",
        rework="振动研磨去毛边，清洗烘干后逐批复检高度",
        standard="检验指导书规定毛边用高度规测量，模具卡注明修磨冲次",
    ),
    Defect(
        process="stamped",
        name="划伤",
        seen="表面划伤长 5 至 12 mm，镀层可见基材",
        contain="同批逐层翻检，有划伤的挑出隔离",
        cause="出料滑道焊缝外露，零件滑落时刮伤",
        escape="抽检取自料箱上层，下层没有抽到",
        corrective="滑道贴衬垫并打磨焊缝，料箱改为分层",
        corrective_owner="zhao-lei",
        preventive="各冲床滑道统一检查并列入周点检",
        rework="按划伤限度样件挑选，超限件报废，其余复检后放行",
        standard="抽样规定改为上中下三层各取，滑道列入点检表",
    ),
    Defect(
        process="stamped",
        name="折弯角度超差",
        seen="折弯角 88 度，要求 90 度正负 1 度，装配有间隙",
        contain="在库同批用角度检具全检，超差件隔离",
        cause="更换卷料后板厚偏上限，回弹量没有补偿",
        escape="换卷料后没有重新做首件",
        corrective="按板厚分档补偿，换卷必做首件",
        corrective_owner="liu-fang",
        preventive="来料按卷登记板厚，换卷时系统提示做首件",
        rework="用整形模校正后逐件过角度检具",
        standard="首件规定增加“换卷”一项，角度检具每季校验",
    ),
    Defect(
        process="stamped",
        name="锈斑",
        seen="开箱后边缘有点状锈斑，集中在底层",
        contain="在库同批拆箱检查，加干燥剂重新包装",
        cause="清洗后防锈油浓度低于下限，梅雨季仓库湿度高",
        escape="防锈油浓度每月测一次，间隔太长",
        corrective="补足防锈油浓度，改为每班测量并记录",
        corrective_owner="zhao-lei",
        preventive="仓库加除湿机，雨季库存超过 15 天的复检后才发",
        rework="除锈、清洗、重新防锈后逐箱复检",
        standard="防锈作业指导书写明浓度与测量频次，箱内放湿度卡",
    ),
    Defect(
        process="stamped",
        name="漏冲孔",
        seen="个别零件少一个安装孔",
        contain="在库同批用检具全检，可疑箱隔离",
        cause="冲针断裂后没有及时发现，连续冲压了一段时间",
        escape="断针监测被关闭，巡检间隔两小时",
        corrective="更换冲针，恢复断针监测并加锁",
        corrective_owner="zhao-lei",
        preventive="全部级进模装断针监测，每班验证一次",
        rework="逐件过检具，漏孔件报废，其余复检后放行",
        standard="监测装置的停用须由 QC 批准并留记录",
    ),
)

TROUBLES = (
    Trouble(
        category="packaging",
        seen="外箱受潮变形，内袋破口，零件散落",
        remedy="更换纸箱并重新清点",
        cause="雨天装车没有遮盖，纸箱耐压等级偏低",
        method="补发完好包装的产品，纸箱改用五层加强型，雨天装车加盖",
        evidence="补发 2 箱由顾客签收，新纸箱跌落与堆码试验合格",
    ),
    Trouble(
        category="packaging",
        seen="箱内混入另一料号的标签，实物与标签不符",
        remedy="确认实物料号并更换标签",
        cause="换线时旧标签没有清出，打印与粘贴分在两处",
        method="到顾客处核对实物并换标签，标签改为机边打印、一箱一打",
        evidence="顾客处 18 箱全部核对，换线清场单由班长签字",
    ),
    Trouble(
        category="packaging",
        seen="缺少防静电袋，仅用普通胶袋包装",
        remedy="改用防静电袋并补发合格证",
        cause="防静电袋缺货时现场自行替代，没有报告",
        method="更换包装补发，包装材料设安全库存，替代须经批准",
        evidence="补发产品包装检查合格，安全库存已写入物料系统",
    ),
    Trouble(
        category="delivery",
        seen="比约定交期晚到两天，顾客产线等料",
        remedy="说明原因并给出补货时间",
        cause="模具保养与交期冲突，排产时没有留出余量",
        method="安排加班分两批补货，模具保养计划与交期表合并排定",
        evidence="两批补货签收单，之后四周交付均按期",
    ),
    Trouble(
        category="delivery",
        seen="到货数量比送货单少一箱",
        remedy="补足数量并查明原因",
        cause="装车清点只点托盘，没有点箱",
        method="次日专车补发，装车改为扫码点箱",
        evidence="补发签收单，扫码记录连续两周无差异",
    ),
    Trouble(
        category="delivery",
        seen="批次混装，先进先出无法执行",
        remedy="按批次分开并提供明细",
        cause="拼车时两批放在同一托盘，没有标识",
        method="到顾客处分开两批并补贴标识，规定一托一批",
        evidence="现场照片与顾客仓库确认单",
    ),
    Trouble(
        category="service",
        seen="图纸变更的疑问发出三天没有答复",
        remedy="明确联系人和答复时限",
        cause="变更联络单发到离职人员邮箱，没有转出",
        method="指定固定联系人和代理人，变更联络两个工作日内答复",
        evidence="新联系人名单已发顾客，之后三份联络单均按时答复",
    ),
    Trouble(
        category="service",
        seen="检验报告缺少两项尺寸数据",
        remedy="补发完整报告",
        cause="报告模板按旧图编制，新增尺寸没有加入",
        method="补发报告，模板随图纸版本更新并由 QC 复核",
        evidence="补发报告经顾客确认，模板修订记录",
    ),
    Trouble(
        category="price",
        seen="对账单单价与订单不一致",
        remedy="更正对账单",
        cause="降价生效日期录入错误",
        method="更正对账单并退回差额，价格变更由两人复核",
        evidence="更正后的对账单由顾客盖章确认",
    ),
    Trouble(
        category="other",
        seen="提供的环保声明已过有效期",
        remedy="提供有效的声明",
        cause="第三方报告到期没有提醒",
        method="提供新报告，证明文件到期前 60 天提醒",
        evidence="新报告已发顾客，提醒清单已建立",
    ),
)
